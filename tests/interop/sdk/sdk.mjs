// The official SDK as published, one client a wallet: "call" calls any method of a part of it, as its user would.
import { Client } from '@nosana/sdk'
import { PublicKey } from '@solana/web3.js'
import { answering } from './answering.mjs'

const clients = {}

const ANSWERS = {
  open({ wallet, key, url, ipfs }) {
    clients[wallet] = new Client('devnet', key, { solana: { network: url }, ipfs })
  },

  call: ({ wallet, part, method, args }) => clients[wallet][part][method](...args)
}

function read(_key, value) {
  return typeof value?.key === 'string' ? new PublicKey(value.key) : value
}

await answering(ANSWERS, { read })
