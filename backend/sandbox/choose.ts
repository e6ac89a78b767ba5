import type { SandboxConfig } from "../base/config.ts"
import type { Log } from "../base/log.ts"
import { bubblewrapExecutor } from "./bubblewrap.ts"
import { dockerExecutor } from "./docker.ts"
import { type Executor, executorWords } from "./executor.ts"
import { processExecutor } from "./process.ts"

/** Where the executors find what they need. */
export interface Places {
  /** The Python that runs the platform's own programs. */
  python: string
  /** The folder of the platform's own programs (runner/src/sandbox). */
  programs: string
  /** Where work dirs are. */
  folder: string
}

/** There is no isolation where it is demanded. */
export class NoSandbox extends Error {}

/**
 * The executor of a worker: starts programs the way that the configuration asks for and this machine can, and knows what any other
 * way has started.
 * @throws NoSandbox with what is missing, when isolation is demanded, or one way by name, and it does not work here
 */
export async function chooseExecutor(config: SandboxConfig, log: Log, places: Places): Promise<Executor> {
  const executors = [
    bubblewrapExecutor({ ...places, allow: config.allow }),
    dockerExecutor({ ...places, allow: config.allow, socket: config.dockerSocket, image: config.image }),
    processExecutor(places),
  ]
  const reasons: string[] = []
  for (const kind of config.kind === "auto" ? ["bubblewrap", "process"] : [config.kind]) {
    const chosen = executors.find((one) => one.kind === kind) as Executor
    const { ok, reason, isolation } = await chosen.probe()
    if (!ok) reasons.push(`${kind}: ${reason}`)
    else if (isolation !== "none") log.info(`environments run in ${executorWords[kind]}`)
    else if (config.required) break
    else if (config.kind === "auto")
      // As an error, so that it is seen on the terminal: nobody has asked for this.
      log.error(`Environments run as plain processes, without isolation: run only those of people you trust. (${reasons.join("; ")})`)
    if (ok) return oneOf(executors, chosen)
  }
  const demand = config.required
    ? "SANDBOX_REQUIRED asks for isolation, and there is none"
    : `SANDBOX asks for ${config.kind}, which does not work`
  throw new NoSandbox(`This worker runs nothing: ${demand} on this machine${reasons.length > 0 ? ` (${reasons.join("; ")})` : ""}.`)
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
