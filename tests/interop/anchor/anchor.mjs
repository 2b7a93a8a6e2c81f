// Anchor's TypeScript client, as its user has it: a program is made of its address alone, the rest is fetched.
import { createRequire } from 'node:module'
import { answering } from './answering.mjs'

const require = createRequire(import.meta.url) // its packages are CommonJS; import would see half of their names

let anchor
let provider

const ANSWERS = {
  open({ version, url, key }) {
    anchor = require(`anchor-${version}`)
    const connection = new anchor.web3.Connection(url, 'confirmed')
    const wallet = new anchor.Wallet(anchor.web3.Keypair.fromSecretKey(Uint8Array.from(key)))
    provider = new anchor.AnchorProvider(connection, wallet, { commitment: 'confirmed' })
  },

  idl: ({ program }) => anchor.Program.fetchIdl(program, provider),

  async described({ program }) {
    const { programId, methods, account } = await anchor.Program.at(program, provider)
    return { programId, methods: Object.keys(methods), accounts: Object.keys(account) }
  },

  async accounts({ program, kind }) {
    const { account } = await anchor.Program.at(program, provider)
    return (await account[kind].all()).map((found) => [found.publicKey, found.account])
  },

  async openMarket({ program, price, ...accounts }) {
    const { methods } = await anchor.Program.at(program, provider)
    const market = anchor.web3.Keypair.generate()
    const [vault] = anchor.web3.PublicKey.findProgramAddressSync(
      [market.publicKey.toBuffer(), new anchor.web3.PublicKey(accounts.mint).toBuffer()],
      new anchor.web3.PublicKey(program)
    )
    const numbers = [3600, price, 600].map((number) => new anchor.BN(number))
    await methods
      .open(...numbers, 0, new anchor.BN(0)) // expiration, price, timeout, type, least xNOS
      .accounts({ ...accounts, market: market.publicKey, vault })
      .signers([market])
      .rpc()
    return market.publicKey
  },

  // An update by somebody who is not the market's authority: what is the refusal called?
  async updateMarket({ program, market }) {
    const { methods } = await anchor.Program.at(program, provider)
    const numbers = [1, 1].map((number) => new anchor.BN(number))
    const refused = methods
      .update(...numbers, 0, new anchor.BN(0), new anchor.BN(600))
      .accounts({ market, accessKey: anchor.web3.SystemProgram.programId })
      .rpc()
    return refused.then(() => null, (error) => error.error.errorCode)
  }
}

// A big number is told in base 16 by its own toJSON, a key in base 58.
await answering(ANSWERS)
