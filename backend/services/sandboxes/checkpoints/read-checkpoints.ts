import type {
  BatchCheckpointsResponse,
  ListCheckpointsQuery,
  ListCheckpointsResponse,
  SandboxCheckpoint,
} from "../../../../contract/index.ts"
import { listCheckpoints as listRows } from "../../../store/checkpoints/checkpoints.ts"
import type { Context } from "../../context.ts"
import { mayUse } from "../../identity/made-by.ts"
import { requireSandbox } from "../require-sandbox.ts"
import { requireCheckpoint } from "./require-checkpoint.ts"
import { toCheckpoint } from "./to-checkpoint.ts"

export async function getCheckpoint(ctx: Context, id: string): Promise<SandboxCheckpoint> {
  return toCheckpoint(await requireCheckpoint(ctx, id))
}

/** Those of a sandbox that the caller may use, the oldest first. */
export async function listCheckpoints(ctx: Context, sandboxId: string, query: ListCheckpointsQuery): Promise<ListCheckpointsResponse> {
  await requireSandbox(ctx, sandboxId)
  const rows = (await listRows(ctx.db, { sandboxId })).filter((row) => mayUse(ctx, row))
  return { checkpoints: rows.filter(({ id }) => !query.checkpoint_id || id === query.checkpoint_id).map(toCheckpoint) }
}

/** Those of the ids that the caller may use, in the order of the ids; the others are errors. */
export async function getCheckpoints(ctx: Context, asked: string[]): Promise<BatchCheckpointsResponse> {
  const ids = [...new Set(asked)]
  const usable = new Map((await listRows(ctx.db, { ids })).filter((row) => mayUse(ctx, row)).map((row) => [row.id, row]))
  const answer: BatchCheckpointsResponse = { checkpoints: [], errors: [] }
  for (const id of ids) {
    const row = usable.get(id)
    if (row) answer.checkpoints.push(toCheckpoint(row))
    else answer.errors.push({ checkpoint_id: id, code: "NOT_FOUND", message: "There is no such checkpoint, or you may not use it" })
  }
  return answer
}
