import { cutText } from "../../contract/text/cut-text.ts"
import type { CommentRecord } from "../store/comments/comments.ts"
import type { Db } from "../store/db.ts"
import type { EvaluationRecord } from "../store/evaluations/evaluation.ts"
import { listChannelsForMention } from "../store/notifications/rules.ts"
import { queueMessages } from "../store/outbox/messages.ts"
import { runData } from "./tell-run-ended.ts"

/** A message says how a comment begins. */
const textCharactersMax = 1000

/** Queues that somebody mentions these people beside a run, in the transaction that stores the comment. */
export async function tellMentioned(
  tx: Db,
  run: EvaluationRecord,
  comment: CommentRecord,
  author: string,
  userIds: readonly string[],
): Promise<void> {
  const data = {
    ...runData(run),
    comment_id: comment.id,
    sample_id: comment.sampleId,
    author,
    text: cutText(comment.text, textCharactersMax),
  }
  for (const userId of userIds)
    await queueMessages(
      tx,
      { cause: `comment:${comment.id}`, type: "comment.mentioned", evaluationId: run.id, data },
      await listChannelsForMention(tx, run, userId),
    )
}
