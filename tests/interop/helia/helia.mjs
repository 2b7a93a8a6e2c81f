// Files and CARs as the official JavaScript implementation makes and reads them: one question a process, on stdin.
import { readFile, writeFile } from 'node:fs/promises'
import { unixfs } from '@helia/unixfs'
import { CarReader, CarWriter } from '@ipld/car'
import { MemoryBlockstore } from 'blockstore-core'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { CID } from 'multiformats/cid'
import { answering } from './answering.mjs'

const LAYOUT = { cidVersion: 0, reduceSingleLeafToSelf: true, layout: balanced({ maxChildrenPerNode: 174 }) }
const KUBO_CHUNK = 262144

// {from, to, chunk}: the file's CID, as `ipfs add` makes it, or with raw leaves of another size; its blocks go into a CAR
async function add ({ from, to, chunk }) {
  const blocks = new MemoryBlockstore()
  const settings = { ...LAYOUT, rawLeaves: chunk !== undefined, chunker: fixedSize({ chunkSize: chunk ?? KUBO_CHUNK }) }
  const cid = await unixfs({ blockstore: blocks }).addBytes(await readFile(from), settings)
  await writeFile(to, await car(cid, blocks))
  return cid.toString()
}

async function car (root, blocks) {
  const { writer, out } = CarWriter.create([root])
  const pieces = []
  const collecting = (async () => { for await (const piece of out) pieces.push(piece) })()
  for await (const { cid, bytes } of blocks.getAll()) {
    await writer.put({ cid, bytes: await whole(bytes) })
  }
  await writer.close()
  await collecting
  return Buffer.concat(pieces)
}

// {from, to, cid}: what a CAR holds under a CID, written to a file
async function read ({ from, to, cid }) {
  const blocks = new MemoryBlockstore()
  const reader = await CarReader.fromBytes(await readFile(from))
  for await (const block of reader.blocks()) {
    await blocks.put(block.cid, block.bytes)
  }
  await writeFile(to, await whole(unixfs({ blockstore: blocks }).cat(CID.parse(cid))))
  return (await reader.getRoots()).map(String)
}

async function whole (bytes) {
  if (bytes instanceof Uint8Array) return bytes
  const pieces = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

await answering({ add, read })
