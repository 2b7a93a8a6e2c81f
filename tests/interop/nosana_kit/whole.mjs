// A job's whole life with Nosana's official client, on the network that a localnet.json tells of: `node whole.mjs FILE`.
// The builder pins, posts and watches, the host that waits in the market gets the job and finishes it. Prints one line of JSON.
import { readFileSync } from 'node:fs'
import { createNosanaClient, NosanaNetwork } from '@nosana/kit'
import { createKeyPairSignerFromBytes } from '@solana/kit'

const file = process.argv[2]
const net = JSON.parse(readFileSync(file, 'utf8'))

async function clientOf(wallet) {
  const client = createNosanaClient(NosanaNetwork[net.addresses.toUpperCase()], {
    solana: { rpcEndpoint: net.rpc_url, wsEndpoint: net.ws_url, cluster: 'localnet', commitment: 'confirmed' },
    ipfs: { api: net.ipfs_url, gateway: net.ipfs_gateway, jwt: 'local' },
    logLevel: 'none'
  })
  const key = JSON.parse(readFileSync(net.wallets[wallet].keypair, 'utf8'))
  client.wallet = await createKeyPairSignerFromBytes(new Uint8Array(key))
  return client
}

const send = (client, instructions) => client.solana.buildSignAndSend(instructions, { commitment: 'confirmed' })

const builder = await clientOf('builder')
const host = await clientOf('host')
const cid = await builder.ipfs.pin({ version: '0.1', type: 'container', ops: [] })
const result = await host.ipfs.pin({ status: 'success', opStates: [] })
const [events, stop] = await builder.jobs.monitor()
const states = []
let job = null
const watched = (async () => {
  for await (const { type, data } of events) {
    if (type !== 'job' || data.market !== net.market) continue
    if (states.at(-1) !== data.state) states.push(data.state)
    job ??= data.address
    if (data.state === 2) return data
  }
})()
await new Promise((resolve) => setTimeout(resolve, 500)) // its monitor doesn't say when it has begun
await send(builder, await builder.jobs.post({ market: net.market, timeout: 60, ipfsHash: cid }))
while (!job) await new Promise((resolve) => setTimeout(resolve, 20))
await send(host, await host.jobs.finish({ job, ipfsResultsHash: result }))
const done = await watched
stop()
const { node, ipfsJob, ipfsResult } = done
const text = await builder.ipfs.retrieve(ipfsResult) // text, unless a gateway says that it is JSON
const retrieved = typeof text === 'string' ? JSON.parse(text) : text
console.log(JSON.stringify({ job, states, node, ipfsJob, ipfsResult, retrieved }))
process.exit(0)
