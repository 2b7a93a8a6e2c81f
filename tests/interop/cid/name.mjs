// Prints the CID of each file given, as the official importer computes it with the profile of `ipfs add`.
import { createReadStream } from 'node:fs'
import { BlackHoleBlockstore } from 'blockstore-core'
import { importByteStream } from 'ipfs-unixfs-importer'

for (const path of process.argv.slice(2)) {
  const { cid } = await importByteStream(createReadStream(path), new BlackHoleBlockstore(), {
    profile: 'unixfs-v0-2015'
  })
  console.log(cid.toString())
}
