import type { Dispatcher } from "undici"
import type { Config } from "../base/config.ts"
import type { Files } from "../base/files.ts"
import type { Log } from "../base/log.ts"
import type { Budgets } from "../inference/budgets.ts"
import type { Meter } from "../inference/meter.ts"
import type { RunCallers } from "../inference/run-callers.ts"
import type { Executor } from "../sandbox/executor.ts"
import type { Db } from "../store/db.ts"
import type { Signals } from "../store/signals.ts"
import type { PythonEnvironments } from "./install/python-environments.ts"
import type { RemoteAttempts } from "./remote/remote-attempts.ts"

/** The part of the platform that the engine uses: no service, no route. */
export interface EngineServices {
  config: Config
  log: Log
  db: Db
  files: Files
  signals: Signals
  meter: Meter
  budgets: Budgets
  runCallers: RunCallers
  outside: Dispatcher
}

/** This worker, and what it starts environments with. */
export interface WorkerContext {
  services: EngineServices
  executor: Executor
  python: PythonEnvironments
  /** Attempts on other machines, and the engines that start them. */
  remote: RemoteAttempts
  /** The worker's name, as it is written into the leases it takes. */
  owner: string
  /** The machine the worker is on. It cannot see the processes of others. */
  machine: string
  /** When the worker stops: end the runs' processes too (the runs continue at the next start), or leave them to another worker. */
  stopRuns: boolean
  /** Where programs in sandboxes find tunnels, on this machine. */
  tunnelProxyPort: number
}
