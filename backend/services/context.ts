import type { Dispatcher } from "undici"
import type { KeyScope, Need, Permission, SessionMethod } from "../../contract/index.ts"
import type { Config } from "../base/config.ts"
import { ServiceError } from "../base/errors.ts"
import type { Files } from "../base/files.ts"
import type { Log } from "../base/log.ts"
import type { Metrics } from "../base/metrics.ts"
import type { Budgets } from "../inference/budgets.ts"
import type { Meter } from "../inference/meter.ts"
import type { ModelRegistry } from "../inference/model-registry.ts"
import type { OwnProviders } from "../inference/own-providers.ts"
import type { Pace } from "../inference/pace.ts"
import type { RunCallers } from "../inference/run-callers.ts"
import type { Db } from "../store/db.ts"
import type { EvaluationWithContext } from "../store/evaluations/evaluations.ts"
import type { Signals } from "../store/signals.ts"
import type { Account } from "../store/usage/budgets.ts"
import type { Viewer } from "../store/viewer.ts"

/** What every service works with; made once per process in platform.ts. */
export interface Services {
  config: Config
  log: Log
  db: Db
  files: Files
  signals: Signals
  models: ModelRegistry
  ownProviders: OwnProviders
  meter: Meter
  budgets: Budgets
  pace: Pace
  runCallers: RunCallers
  /** Sends requests to addresses that people give. */
  outside: Dispatcher
  metrics: Metrics
}

/** Who asks. A person's key may be for some things only. A run speaks with its own token, for its owner, and may do little: use models, and what it was allowed at its launch. */
export type Caller =
  | {
      kind: "user"
      userId: string
      scopes: readonly KeyScope[]
      session?: { id: string; method: SessionMethod }
      /** When the key or session that speaks expires; null for one that does not. */
      endsAt?: Date | null
    }
  | { kind: "run"; userId: string; evaluationId: string; teamId: string | null; permissions: Permission[] }
  | { kind: "nobody" }

/** One request: the services, and on whose behalf. */
export interface Context extends Services {
  caller: Caller
  viewer: Viewer
  /** The team on whose account models are used; null for the caller's own. */
  teamId: string | null
  /** What the endpoint needs of the caller in the owner of what it is about: contract/access/table.ts. */
  need: Need
  /** Where the request came from over the network; null for the platform's own. */
  address: string | null
  /** The runs that the reads of one page have asked for, each once: a page reads a run in many parts. Other requests have none. */
  runs?: Map<string, Promise<EvaluationWithContext | undefined>>
}

/** On whose account models are used: the caller's, or that of the team the request is for; null for nobody in particular. */
export const accountOf = ({ caller, teamId }: Context): Account | null =>
  caller.kind === "nobody" ? null : { userId: caller.userId, teamId }

/** The user that asks. @throws ServiceError when nobody does, or when it is a run: runs may not manage the platform */
export function requireUser(ctx: Context): string {
  if (ctx.caller.kind === "user") return ctx.caller.userId
  if (ctx.caller.kind === "run")
    throw new ServiceError("forbidden", "A run's own token may use models, but not manage evaluations, environments or secrets")
  throw new ServiceError("unauthorized", "This needs an API key: send it as Authorization: Bearer KEY")
}
