import type { Executor } from "../sandbox/executor.ts"
import type { WarmProcesses } from "./attempt/warm-processes.ts"
import type { PythonEnvironments } from "./install/python-environments.ts"
import type { EngineServices } from "./services.ts"

/** What supervisors work with. */
export interface Engine {
  services: EngineServices
  executor: Executor
  python: PythonEnvironments
  warm: WarmProcesses
  /** This worker's name, as it stands in the lease of what it claimed. */
  owner: string
  /** Where this worker is: processes of other machines are not its to look at. */
  machine: string
  /** When this worker goes away: end the runs' processes too (they go on from where they were at the next start), or leave them to another worker. */
  stopRuns: boolean
}
