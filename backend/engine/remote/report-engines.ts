import { once } from "node:events"
import { toError } from "../../base/errors.ts"
import { putEngineReport } from "../../store/compute/engine-reports.ts"
import type { WorkerContext } from "../worker-context.ts"
import type { RemoteEngine } from "./remote-engine.ts"

const troubleCharactersMax = 500

/**
 * Asks each engine what it has and how full it is, and notes that for those who look.
 * @param leaving ends the wait for those that have not answered yet
 */
export async function reportEngines({ services, remote }: Pick<WorkerContext, "services" | "remote">, leaving: AbortSignal): Promise<void> {
  const done = new AbortController()
  const left = once(leaving, "abort", { signal: done.signal }).catch(() => {})
  const noteOne = async (engine: RemoteEngine) => {
    const heard = await Promise.race([hear(engine), left.then(() => null)])
    if (heard) await putEngineReport(services.db, { name: engine.kind, ...heard })
  }
  await Promise.all(remote.engines.map(noteOne)).finally(() => done.abort())
}

/** What an engine says, or why it says nothing. */
const hear = ({ report: ask }: RemoteEngine) =>
  (ask?.() ?? Promise.resolve(null)).then(
    (report) => ({ report, trouble: null }),
    (error: unknown) => ({ report: null, trouble: toError(error).message.slice(0, troubleCharactersMax) }),
  )
