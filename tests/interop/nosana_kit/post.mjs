// Nosana's official client posts jobs: `node post.mjs URL [WEBSOCKET_URL]`, with one line of JSON for each order on standard input:
// {key, market, cid, timeout, count, at_once}. It answers each with {posted, failed, seconds, cpu_seconds}.
import { createInterface } from 'node:readline'
import { createNosanaClient, NosanaNetwork } from '@nosana/kit'
import { createKeyPairSignerFromBytes } from '@solana/kit'

const [rpcEndpoint, wsEndpoint] = process.argv.slice(2)
const client = createNosanaClient(NosanaNetwork.DEVNET, {
  solana: { rpcEndpoint, wsEndpoint, cluster: 'localnet', commitment: 'confirmed' }, logLevel: 'none'
})

async function post({ market, cid, timeout }) {
  const instruction = await client.jobs.post({ market, timeout, ipfsHash: cid })
  return client.solana.buildSignAndSend(instruction, { commitment: 'confirmed' })
}

async function carryOut({ key, count, at_once, ...order }) {
  client.wallet = await createKeyPairSignerFromBytes(new Uint8Array(key))
  let left = count, posted = 0, failed = 0, first = null
  const cpu = process.cpuUsage(), start = performance.now()
  const worker = async () => {
    while (left-- > 0) {
      try { await post(order); posted++ } catch (error) { failed++; first ??= String(error.message ?? error) }
    }
  }
  await Promise.all(Array.from({ length: at_once }, worker))
  const { user, system } = process.cpuUsage(cpu)
  return { posted, failed, first, seconds: (performance.now() - start) / 1000, cpu_seconds: (user + system) / 1e6 }
}

console.log(JSON.stringify({ ready: true }))
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await carryOut(JSON.parse(line))))
}
process.exit(0)
