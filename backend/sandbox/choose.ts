import type { SandboxConfig } from "../base/config.ts"
import type { Log } from "../base/log.ts"
import { bubblewrapExecutor } from "./bubblewrap.ts"
import { type Executor, executorWords } from "./executor.ts"
import { processExecutor } from "./process.ts"

/** Where the executors find what they need. */
export interface Places {
  /** The Python that runs the shim, and box.py in its boxes. */
  python: string
  /** The folder of shim.py, box.py and gate.py. */
  programs: string
  /** Where work dirs are. */
  folder: string
}

/**
 * The executor of a worker: starts programs the way that the configuration asks for and this machine can, and knows what any other
 * way has started.
 * @throws Error with what is missing, when isolation is demanded (or one way by name) and it does not work here
 */
export async function chooseExecutor(config: SandboxConfig, log: Log, places: Places): Promise<Executor> {
  const executors = [bubblewrapExecutor({ ...places, allow: config.allow }), processExecutor(places)]
  const wanted = config.kind === "auto" ? ["bubblewrap", "process"] : [config.kind]
  const reasons: string[] = []
  for (const kind of wanted) {
    const chosen = executors.find((one) => one.kind === kind)
    if (!chosen) continue
    const { ok, reason, isolation } = await chosen.probe()
    if (!ok) {
      reasons.push(`${kind}: ${reason}`)
      continue
    }
    if (config.required && isolation === "none") break
    if (isolation === "none")
      log.warn({ reasons }, "environments run as plain processes, without isolation: run only those of people you trust")
    else log.info({ sandbox: kind }, `environments run in ${executorWords[kind]}`)
    return oneOf(executors, chosen)
  }
  const demand = config.required ? "SANDBOX_REQUIRED asks for isolation" : `SANDBOX asks for ${config.kind}`
  throw new Error(`No environment is run: ${demand}, which does not work here${reasons.length > 0 ? ` (${reasons.join("; ")})` : ""}.`)
}

/** Starts with one executor; looks at and ends what any of them has started. */
function oneOf(executors: readonly Executor[], chosen: Executor): Executor {
  const of = (kind: string) => executors.find((one) => one.kind === kind)
  return {
    ...chosen,
    inspect: async (handle) => (await of(handle.kind)?.inspect(handle)) ?? { phase: "lost" },
    stop: async (handle, graceMs) => of(handle.kind)?.stop(handle, graceMs),
    remove: async (handle) => of(handle.kind)?.remove(handle),
  }
}
