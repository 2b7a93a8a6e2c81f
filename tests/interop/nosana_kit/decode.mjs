// The decoders that Nosana's official client reads accounts with, each made once, and the CPU time that they take.
// Asked {ask: "decode", kind, accounts, rounds, cids}, with the accounts in hexadecimal; `cids`: a job's as text, too.
import { JobsClient, solBytesArrayToIpfsHash, StakingClient } from '@nosana/kit'
import { answering } from './answering.mjs'

const DECODERS = {
  JobAccount: JobsClient.getJobAccountDecoder(),
  MarketAccount: JobsClient.getMarketAccountDecoder(),
  StakeAccount: StakingClient.getStakeAccountDecoder()
}

function read(decoder, data, cids) {
  const account = decoder.decode(data)
  return cids ? [account, ...[account.ipfsJob, account.ipfsResult].map((of) => solBytesArrayToIpfsHash([...of]))] : account
}

await answering({
  decode({ kind, accounts, rounds, cids }) {
    const decoder = DECODERS[kind]
    const held = accounts.map((text) => Uint8Array.from(Buffer.from(text, 'hex')))
    const begun = process.cpuUsage()
    for (let round = 0; round < rounds; round++) for (const data of held) read(decoder, data, cids)
    const { user, system } = process.cpuUsage(begun)
    return (user + system) / 1e6
  }
})
