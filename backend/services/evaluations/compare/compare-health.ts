import type { CompareHealthResponse } from "../../../../contract/compare/health.ts"
import { type CompareQuery, examplesHealth } from "../../../../contract/index.ts"
import type { Context } from "../../context.ts"
import { readComparedRuns } from "./compared-runs.ts"

/** Which examples tell some runs apart. @throws ServiceError that names the run it is about */
export async function compareHealth(ctx: Context, query: CompareQuery): Promise<CompareHealthResponse> {
  return examplesHealth((await readComparedRuns(ctx, query)).aligned)
}
