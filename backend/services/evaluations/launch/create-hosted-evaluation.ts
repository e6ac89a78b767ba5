import type { CreateHostedEvaluationRequest } from "../../../../contract/index.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import type { Context } from "../../context.ts"
import { launchRuns } from "./launch-runs.ts"

/** Starts one evaluation per environment. @returns the rows, in the order of `environment_ids` @throws as `launchRuns` */
export const createHostedEvaluation = (ctx: Context, input: CreateHostedEvaluationRequest): Promise<EvaluationRecord[]> =>
  launchRuns(ctx, {
    ...input,
    environments: input.environment_ids.map((id, i) => ({ id, field: ["environment_ids", i] })),
    models: [{ id: input.inference_model, field: ["inference_model"] }],
    nameOf: ({ environment, model }) => input.name ?? `${environment}--${model}`,
    suiteId: null,
    request: input,
  })
