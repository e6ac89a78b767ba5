import type { ActionStatus, ListInferenceModelsResponse } from "@/contract/index.ts"
import type { ChangedValues } from "./launch-change.ts"
import type { LaunchTarget } from "./launch-target.ts"
import type { Launch } from "./use-launch.ts"

export interface EarlierRun extends ChangedValues {
  model: string | null
  name: string
}

export interface LaunchFlowProps {
  target: LaunchTarget
  version: string | null
  checkStatus: ActionStatus | null
  models: ListInferenceModelsResponse
  /** Why there is no list of models, if there is none. */
  modelsError: string | null
  /** The run that is to be run again. */
  earlier: EarlierRun | null
  isRemote: boolean
  launch: Launch
}
