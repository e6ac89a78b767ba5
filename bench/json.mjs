import { parseExact } from "../contract/text/exact-json.ts"
import { say } from "../scripts/lib/say.mjs"

const SAMPLES = 500
const ROUNDS = 15

/** A sample of 6 KB as verifiers writes it: text, a few numbers. @param {number} id */
const sample = (id) => ({
  example_id: id,
  prompt: [{ role: "user", content: "Add these numbers, one after the other: 12345, 6789. ".repeat(60) }],
  completion: [{ role: "assistant", content: "The sum so far is 42 — and then\nthe next one. ".repeat(60) }],
  answer: "19134",
  reward: 1 / 3,
  metrics: { correct: 1, length: 0.12345678901 },
  timing: { start: 1732872345.123, total: 12.5 },
  token_usage: { input_tokens: 120, output_tokens: 33 },
})

/** The shortest time of a number of calls, in milliseconds. @param {() => void} work */
function shortest(work) {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now()
    work()
    best = Math.min(best, performance.now() - begin)
  }
  return best
}

/** Reading JSON with its numbers as written, beside JSON.parse: a batch of ordinary samples, the same with one large id, with names out of order, and arguments. */
export async function json() {
  const ordinary = JSON.stringify(Array.from({ length: SAMPLES }, (_, i) => sample(i)))
  const large = ordinary.replace('"example_id":3,', '"example_id":9223372036854775807,')
  const named = ordinary.replaceAll('"timing":{', '"by_token":{"50256":-0.5,"11":-1},"timing":{')
  const native = shortest(() => JSON.parse(ordinary))
  const rate = (/** @type {number} */ ms) => `${(ordinary.length / 1000 / ms).toFixed(0)} MB/s, ${(native / ms).toFixed(2)} × JSON.parse`
  say(`JSON.parse, ${SAMPLES} samples of ${Math.round(ordinary.length / SAMPLES)} characters: ${rate(native)}`)
  say(`the same samples: ${rate(shortest(() => parseExact(ordinary)))}`)
  say(`with one id of 64 bits: ${rate(shortest(() => parseExact(large)))}`)
  say(`with names that are whole numbers in each: ${rate(shortest(() => parseExact(named)))}`)
  say(`as arguments: ${rate(shortest(() => parseExact(ordinary, "written")))}`)
}
