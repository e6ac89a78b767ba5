import type { ActionStatus, ListInferenceModelsResponse } from "@/contract/index.ts"
import type { ChangedValues } from "./launch-change.ts"
import type { LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import type { LaunchTeam } from "./runs-for.tsx"
import type { Launching } from "./use-launch.ts"

export interface EarlierRun extends ChangedValues {
  /** The run's own values, without what a link changed. */
  original: LaunchValues
  model: string | null
  name: string
  version: string | null
  /** The team whose run it was. */
  teamId: string | null
}

export interface LaunchFlowProps extends Launching {
  target: LaunchTarget
  version: string | null
  /** Teams for which the reader may run it. */
  teams: readonly LaunchTeam[]
  checkStatus: ActionStatus | null
  models: ListInferenceModelsResponse
  /** Why there is no list of models, if there is none. */
  modelsError: string | null
  /** The run that is to be run again. */
  earlier: EarlierRun | null
  isRemote: boolean
  /** The platform keeps configurations under names. */
  hasPresets: boolean
}
