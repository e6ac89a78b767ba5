import { setTimeout as sleep } from "node:timers/promises"
import { deathCounter } from "../children.mjs"
import { isDiskFull } from "../disk.mjs"
import { Problem, say, step } from "../say.mjs"
import { startPostgres } from "./postgres.mjs"

/**
 * Starts the embedded Postgres and looks after it. It is watched rather than waited for: an adopted server is no child of ours.
 * @param {string} dataDir
 * @param {(error: unknown) => void} onGiveUp
 * @param {ReturnType<typeof deathCounter>} died
 */
export function postgresKeeper(dataDir, onGiveUp, died = deathCounter()) {
  let stopping = false
  /** Of nothing when it could not be started on a full disk. @type {Promise<Awaited<ReturnType<typeof startPostgres>> | undefined> | undefined} */
  let server

  const watch = async () => {
    let born = Date.now()
    while (!stopping) {
      await sleep(1000)
      if (stopping || (await server)?.alive()) continue
      const { giveUp, pause } = died(Date.now(), Date.now() - born)
      if (giveUp && !isDiskFull(dataDir)) throw new Problem("Postgres died 5 times within a minute; giving up.")
      say(`Postgres died; starting it again in ${pause / 1000} s`)
      await sleep(pause)
      if (stopping) return
      server = startPostgres({ dataDir }).catch((error) => {
        if (!isDiskFull(dataDir)) throw error
        return undefined
      })
      await server
      born = Date.now()
    }
  }

  return {
    /** @returns {Promise<string>} the address of the database */
    async start() {
      const starting = startPostgres({ dataDir })
      server = starting
      const { url } = await step("Starting Postgres", () => starting)
      watch().catch(onGiveUp)
      return url
    },
    /** Waits for a start that is under way, so that none is left behind. */
    async stop() {
      stopping = true
      const started = await server?.catch(() => undefined)
      await started?.stop()
    },
  }
}
