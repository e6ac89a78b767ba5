/**
 * Runs pieces of work side by side, so many at a time, started in their order; one that comes after others waits until they have ended.
 * @template {{ name: string, after?: string[] }} S @template R
 * @param {S[]} stages @param {number} atOnce @param {(stage: S) => Promise<R>} run must not reject
 * @returns {Promise<R[]>} in the order of the stages
 */
export async function sideBySide(stages, atOnce, run) {
  /** @type {Map<string, R>} */
  const results = new Map()
  /** @type {Map<string, Promise<void>>} */
  const running = new Map()
  const waiting = [...stages]
  const isReady = (/** @type {S} */ { after = [] }) =>
    after.every((name) => results.has(name) || !stages.some((stage) => stage.name === name))
  while (results.size < stages.length) {
    const next = running.size < atOnce ? waiting.find(isReady) : undefined
    if (next) {
      waiting.splice(waiting.indexOf(next), 1)
      const work = run(next).then((result) => {
        running.delete(next.name)
        results.set(next.name, result)
      })
      running.set(next.name, work)
    } else await Promise.race(running.values())
  }
  return stages.map(({ name }) => /** @type {R} */ (results.get(name)))
}
