import { describeExecutor, executorKinds } from "../../contract/index.ts"
import type { SandboxConfig } from "../base/config.ts"
import type { Log } from "../base/log.ts"
import type { Executor, ExecutorHost } from "./executor.ts"
import { executorRegistry } from "./executors/registry.ts"

/** There is no isolation although the operator demands it. */
export class NoSandbox extends Error {}

/**
 * The executor of a worker: starts programs the way that the configuration asks for and this machine can, and looks after what any
 * other executor has started.
 * @throws NoSandbox with what is missing, when isolation or one executor is demanded and does not work here, or when environments
 *   would be root on this machine and the operator does not insist
 */
export async function chooseExecutor(
  config: SandboxConfig,
  log: Log,
  host: Pick<ExecutorHost, "python" | "programs" | "folder">,
): Promise<Executor> {
  const { allow, variables } = config
  const executors = new Map(executorKinds.map((kind) => [kind, executorRegistry[kind].create({ ...host, allow, variables })]))
  const reasons: string[] = []
  for (const kind of config.kind === "auto" ? executorKinds.filter((one) => executorRegistry[one].automatic) : [config.kind]) {
    const chosen = executors.get(kind) as Executor
    const { ok, reason, isolation } = await chosen.probe()
    if (!ok) reasons.push(`${kind}: ${reason}`)
    else if (isolation !== "none") log.info(`environments run in ${describeExecutor(kind)}`)
    else if (config.required) break
    else if (process.getuid?.() === 0 && !config.asRoot) throw new NoSandbox(asRoot(reasons))
    else if (config.kind === "auto")
      // As an error, so that it is seen on the terminal: nobody has asked for this.
      log.error(`Environments run as plain processes, without isolation: run only those of people you trust. (${reasons.join("; ")})`)
    if (ok) return withHandlesOf(executors, chosen)
  }
  const demand = config.required
    ? "SANDBOX_REQUIRED asks for isolation, and there is none"
    : `SANDBOX asks for ${config.kind}, which does not work`
  throw new NoSandbox(`This worker runs nothing: ${demand} on this machine${inBrackets(reasons)}.`)
}

const asRoot = (reasons: string[]): string =>
  `This worker runs nothing: without isolation, and started by root, environments would run as root on this machine${inBrackets(reasons)}. Start the platform as another user; or set SANDBOX_AS_ROOT=true, where the machine is there for nothing else.`

const inBrackets = (reasons: string[]): string => (reasons.length > 0 ? ` (${reasons.join("; ")})` : "")

/** Starts programs with one executor; inspects and ends what any of them has started. */
function withHandlesOf(executors: ReadonlyMap<string, Executor>, chosen: Executor): Executor {
  return {
    ...chosen,
    inspect: async (handle) => (await executors.get(handle.kind)?.inspect(handle)) ?? { phase: "lost" },
    stop: async (handle, graceMs) => executors.get(handle.kind)?.stop(handle, graceMs),
    remove: async (handle) => executors.get(handle.kind)?.remove(handle),
  }
}
