// The nodes of the simulated cluster, all in this process: each plays one attempt at a time. Told what to do by its parent.
import { playAttempt } from "./attempt.mjs"

/** @type {Map<string, AbortController>} */
const playing = new Map()
/** @type {{ kind: string, ms: number }[]} */
let asked = []
/** @type {Map<string, number>} */
let errors = new Map()

/** @type {import("./attempt.mjs").Watcher} */
const watcher = {
  ask: (kind, ms) => asked.push({ kind, ms }),
  failed: (error) => {
    const text = error instanceof Error ? error.message : String(error)
    errors.set(text, (errors.get(text) ?? 0) + 1)
  },
}

/** Rollouts take 4 to 12 seconds; in runs that play one at a time 15, most of which nothing but signs of life is heard. @param {number} atOnce */
const rolloutMs = (atOnce) => (atOnce === 1 ? 15_000 : 4000 + Math.random() * 8000)

process.on("message", async (/** @type {any} */ message) => {
  const { order, name } = message
  if (order === "play") {
    const stop = new AbortController()
    playing.set(name, stop)
    await playAttempt({ origin: message.origin, token: message.token, rolloutMs, watcher, signal: stop.signal }).catch(watcher.failed)
    playing.delete(name)
    process.send?.({ ended: name })
  }
  if (order === "stop") playing.get(name)?.abort()
  if (order === "tell") {
    process.send?.({ told: { asked, errors: [...errors] } })
    asked = []
    errors = new Map()
  }
})
process.once("disconnect", () => process.exit(0))
