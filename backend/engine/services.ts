import type { Config } from "../base/config.ts"
import type { Files } from "../base/files.ts"
import type { Log } from "../base/log.ts"
import type { Budgets } from "../inference/budgets.ts"
import type { Meter } from "../inference/meter.ts"
import type { Db } from "../store/db.ts"
import type { Signals } from "../store/signals.ts"

/** The part of the platform that the engine uses: no service, no route. */
export interface EngineServices {
  config: Config
  log: Log
  db: Db
  files: Files
  signals: Signals
  meter: Meter
  budgets: Budgets
}
