import type { ExecutorKind } from "../../../contract/index.ts"
import type { ExecutorEntry } from "../executor.ts"
import { bubblewrap } from "./bubblewrap.ts"
import { docker } from "./docker.ts"
import { plainProcess } from "./process.ts"

/** Every executor that a worker can use. SANDBOX=auto tries those that need no set-up in the order of contract/executors.ts. */
export const executorRegistry: Record<ExecutorKind, ExecutorEntry> = {
  bubblewrap,
  docker,
  process: plainProcess,
}
