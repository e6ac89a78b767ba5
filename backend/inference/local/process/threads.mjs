const TOKENS = 6
/** More threads must be worth it: they take the processor from runs, sandboxes and pages. */
const WORTH = 1.2

/**
 * Finds how many threads make tokens fastest. It has to be tried: threads of one model wait for each other, and where something else has
 * one of their processors they take up to a hundred times as long as one thread alone. For the same reason one processor is left to
 * everything else, however idle the machine is while it is tried.
 * @param {number} processors
 * @param {(threads: number, tokens: number, patienceMs: number) => Promise<number>} measure makes tokens with so many threads, no longer than
 *   given, and says how many it made a second
 * @returns {Promise<{ threads: number, tokensPerSecond: number }>}
 */
export async function chooseThreads(processors, measure) {
  let best = { threads: 1, tokensPerSecond: await measure(1, TOKENS, 10_000) }
  for (let threads = 2; threads < processors; threads *= 2) {
    const tokensPerSecond = await measure(threads, TOKENS, (TOKENS / best.tokensPerSecond) * 1000)
    if (tokensPerSecond < best.tokensPerSecond * WORTH) break
    best = { threads, tokensPerSecond }
  }
  return best
}
