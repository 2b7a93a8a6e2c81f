// Answers requests, one line of JSON each, with what the official Nosana packages say.
// JSON has neither large integers nor bytes: both ways they are {"integer": "12"} and {"hex": "0c"}.
import { readFileSync } from 'node:fs'
import { createNoopSigner, isSignerRole, isWritableRole } from '@solana/kit'
import { answering } from './answering.mjs'

const PACKAGES = {
  jobs: '@nosana/jobs-program',
  staking: '@nosana/stake-program',
  distributor: '@nosana/merkle-distributor-program'
}

const exported = {}
for (const [program, name] of Object.entries(PACKAGES)) exported[program] = await import(name)

const ANSWERS = {
  build({ program, instruction, accounts, args, programAddress }) {
    const create = exported[program][`get${instruction[0].toUpperCase()}${instruction.slice(1)}Instruction`]
    const built = create({ ...args, ...withSigners(program, instruction, accounts) }, { programAddress })
    const metas = built.accounts.map(({ address, role }) => [address, isSignerRole(role), isWritableRole(role)])
    return { programAddress: built.programAddress, data: built.data, accounts: metas }
  },

  decode: ({ program, type, data }) => exported[program][`get${type}Decoder`]().decode(data),

  call: ({ program, name }) => exported[program][name](),

  constants: ({ program }) => exported[program]
}

// At run time an account signs if it is given as a signer. Which ones have to be is said by the types alone.
function withSigners(program, instruction, accounts) {
  const types = new URL(`instructions/${instruction}.d.ts`, import.meta.resolve(PACKAGES[program]))
  const signers = new Set(readFileSync(types, 'utf8').match(/\w+(?=\??: TransactionSigner<)/g))
  const given = ([name, address]) => [name, signers.has(name) ? createNoopSigner(address) : address]
  return Object.fromEntries(Object.entries(accounts).map(given))
}

function read(_key, value) {
  if (typeof value?.integer === 'string') return BigInt(value.integer)
  if (typeof value?.hex === 'string') return Uint8Array.from(Buffer.from(value.hex, 'hex'))
  return value
}

function write(_key, value) {
  if (typeof value === 'bigint') return { integer: String(value) }
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') }
  return value
}

await answering(ANSWERS, { read, write })
