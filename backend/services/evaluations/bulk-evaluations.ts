import {
  type BulkEvaluationsRequest,
  type BulkEvaluationsResponse,
  limits,
  type RunAction,
  runActionNeeds,
} from "../../../contract/index.ts"
import { ServiceError, toError } from "../../base/errors.ts"
import { lockEvaluation } from "../../store/evaluations/evaluations.ts"
import { addStar, removeStar, setArchived, setTags } from "../../store/evaluations/run-marks.ts"
import { signalNotice } from "../../store/signals.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "../identity/may.ts"
import { cancelEvaluation } from "./cancel-evaluation.ts"
import { deleteEvaluation } from "./delete-evaluation.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/** Does one thing to several runs, each on its own: one that cannot be changed says why and does not keep the others. */
export async function bulkEvaluations(
  ctx: Context,
  { evaluation_ids, action, tags }: BulkEvaluationsRequest,
): Promise<BulkEvaluationsResponse> {
  const results: BulkEvaluationsResponse["results"] = []
  for (const id of new Set(evaluation_ids)) {
    const error = await actOn(ctx, id, action, tags ?? []).then(
      () => null,
      (refusal: unknown) => {
        if (refusal instanceof ServiceError) return refusal.message
        ctx.log.error({ error: toError(refusal).stack, evaluation: id, action }, "an evaluation was not changed")
        return "Something failed on the platform; its log says what"
      },
    )
    results.push({ evaluation_id: id, error })
  }
  return { results }
}

async function actOn(ctx: Context, id: string, action: RunAction, tags: readonly string[]): Promise<void> {
  requireMay(ctx, (await requireEvaluation(ctx, id)).evaluation, runActionNeeds[action])
  if (action === "stop") await cancelEvaluation(ctx, id)
  else if (action === "delete") await deleteEvaluation(ctx, id)
  else if (action === "star") await addStar(ctx.db, requireUser(ctx), id)
  else if (action === "unstar") await removeStar(ctx.db, requireUser(ctx), id)
  else await changeMarks(ctx, id, action, tags)
}

/** What all who see the run see of it. */
async function changeMarks(
  ctx: Context,
  id: string,
  action: "tag" | "untag" | "archive" | "unarchive",
  tags: readonly string[],
): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const row = await lockEvaluation(tx, id)
    if (!row) throw new ServiceError("not_found", "The evaluation was deleted")
    if (action === "tag") {
      const all = [...new Set([...row.tags, ...tags])]
      if (all.length > limits.tagsMax) throw new ServiceError("conflict", `A run has at most ${limits.tagsMax} tags`)
      await setTags(tx, id, all)
    } else if (action === "untag")
      await setTags(
        tx,
        id,
        row.tags.filter((tag) => !tags.includes(tag)),
      )
    else await setArchived(tx, id, action === "archive")
    await signalNotice(tx, row)
  })
}
