// Nosana's official client on a network: `node kit.mjs watch URL WS_URL` and `node kit.mjs confirm URL WS_URL COUNT ORDERS`.
// Where the WebSocket URL is "", it asks for one on the RPC port. Every line that is printed is JSON.
import { createNosanaClient, NosanaNetwork } from '@nosana/kit'
import {
  airdropFactory, generateKeyPairSigner, getBase64EncodedWireTransaction, getSignatureFromTransaction, lamports
} from '@solana/kit'

const [command, rpcEndpoint, wsUrl, count, orders] = process.argv.slice(2)
const tell = (value) => console.log(JSON.stringify(value))

// The local network's programs are at the addresses of devnet, as this client knows them.
const client = createNosanaClient(NosanaNetwork.DEVNET, {
  solana: { rpcEndpoint, wsEndpoint: wsUrl || undefined, cluster: 'localnet', priorityFees: undefined }, logLevel: 'none'
})
const { rpc, rpcSubscriptions } = client.solana

// Tells every account of the jobs program that changes, at `processed`: its address and length.
async function watchAccounts() {
  const jobs = client.config.programs.jobsAddress
  const config = { encoding: 'base64', commitment: 'processed' }
  const changes = await rpcSubscriptions.programNotifications(jobs, config).subscribe({ abortSignal: new AbortController().signal })
  tell({ ready: true })
  for await (const { value } of changes) tell({ by: 'processed', address: value.pubkey })
}

// Tells every event of the client's own monitor.
async function watchEvents() {
  const [events] = await client.jobs.monitorDetailed()
  for await (const { type, data } of events) tell({ by: 'monitor', type, address: data.address })
}

// A transfer of its own for each amount, signed.
async function transfer(amount, wallet) {
  const instruction = await client.solana.transfer({ to: wallet.address, amount })
  const message = await client.solana.buildTransaction(instruction)
  return client.solana.signTransaction(message)
}

// A client may wait before it sends, as kit's own confirmation does, or after. (What comes while nobody waits, kit drops.)
const ORDERS = {
  async before(subscribe, send) {
    const verdict = nextOf(await subscribe())
    await send()
    return verdict
  },
  async after(subscribe, send) {
    await send()
    return nextOf(await subscribe())
  }
}

const nextOf = async (values) => (await values[Symbol.asyncIterator]().next()).value

// What a subscription tells of a transaction, and what can be seen of it then.
async function verdict(transaction, commitment, order) {
  const signature = getSignatureFromTransaction(transaction)
  const wire = getBase64EncodedWireTransaction(transaction)
  const abort = new AbortController()
  const subscribe = () =>
    rpcSubscriptions.signatureNotifications(signature, { commitment }).subscribe({ abortSignal: abort.signal })
  const send = () => rpc.sendTransaction(wire, { encoding: 'base64', skipPreflight: true }).send()
  const told = await ORDERS[order](subscribe, send)
  const { value } = await rpc.getSignatureStatuses([signature]).send()
  abort.abort()
  return { commitment, order, err: told.value.err, isSeen: value[0] !== null }
}

async function confirm() {
  const wallet = await generateKeyPairSigner()
  client.wallet = wallet
  const amount = lamports(10_000_000_000n)
  await airdropFactory({ rpc, rpcSubscriptions })({
    recipientAddress: wallet.address, lamports: amount, commitment: 'processed'
  })
  let number = 0
  for (const commitment of ['processed', 'confirmed']) {
    for (const order of orders.split(',')) {
      for (let each = 0; each < Number(count); each++) {
        tell(await verdict(await transfer(++number, wallet), commitment, order))
      }
    }
    for (let each = 0; each < Number(count); each++) {
      await client.solana.sendTransaction(await transfer(++number, wallet), { commitment })
      tell({ commitment, order: 'sendTransaction', err: null, isSeen: true })
    }
  }
}

const COMMANDS = { watch: () => Promise.all([watchAccounts(), watchEvents()]), confirm }
await COMMANDS[command]()
process.exit(0)
