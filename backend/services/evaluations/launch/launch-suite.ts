import { type LaunchSuiteRequest, type LaunchSuiteResponse, limits } from "../../../../contract/index.ts"
import { newId } from "../../../base/ids.ts"
import type { Context } from "../../context.ts"
import { launchRuns } from "./launch-runs.ts"

/**
 * Starts one evaluation per model, all or none of them, with the same version, examples and configuration, so that they can be compared.
 * @throws as `launchRuns`; a model that is refused is named by its place
 */
export async function launchSuite(ctx: Context, input: LaunchSuiteRequest): Promise<LaunchSuiteResponse> {
  const rows = await launchRuns(ctx, {
    ...input,
    environments: [{ id: input.environment_id, field: ["environment_id"] }],
    models: input.inference_models.map((id, i) => ({ id, field: ["inference_models", i] })),
    nameOf: ({ environment, model }) => `${input.name ?? environment}--${model}`.slice(0, limits.nameCharactersMax),
    suiteId: newId(),
    request: input,
  })
  // Of the first launch, where this one came again under its key.
  return { suite_id: rows[0]?.suiteId as string, evaluation_ids: rows.map((row) => row.id) }
}
