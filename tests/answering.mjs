// The loop of every script that tests ask: a line of JSON {ask, ...facts} is answered by ANSWERS[ask](facts).
import { createInterface } from 'node:readline'

export async function answering(answers, { read, write } = {}) {
  console.log = console.error // packages that talk must not talk among the answers
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(answers, line, read), write) + '\n')
  }
}

async function answer(answers, line, read) {
  try {
    const { ask, ...facts } = JSON.parse(line, read)
    return { answer: (await answers[ask](facts)) ?? null }
  } catch (error) {
    return { error: String(error) }
  }
}
