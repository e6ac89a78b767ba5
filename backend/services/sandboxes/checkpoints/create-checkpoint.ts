import type { SandboxCheckpoint } from "../../../../contract/index.ts"
import { ServiceError } from "../../../base/errors.ts"
import { newId } from "../../../base/ids.ts"
import { type CheckpointRefusal, findCheckpoint, insertCheckpoint } from "../../../store/checkpoints/checkpoints.ts"
import type { Context } from "../../context.ts"
import { requireMaker } from "../../identity/made-by.ts"
import { requireSandbox } from "../require-sandbox.ts"
import { toCheckpoint } from "./to-checkpoint.ts"

/**
 * Asks the worker of a running sandbox to keep what it has written. The checkpoint is the sandbox's owner's, and outlives the sandbox; one that a
 * run takes ends with the run.
 * @throws ServiceError where the platform keeps none, while the sandbox does not run or another one is taken of it, and at the owner's limits
 */
export async function createCheckpoint(ctx: Context, sandboxId: string): Promise<SandboxCheckpoint> {
  const { perOwner, bytesPerOwner } = ctx.config.checkpoints
  const caller = requireMaker(ctx)
  const sandbox = await requireSandbox(ctx, sandboxId)
  if (perOwner === 0) throw new ServiceError("not_offered", "This platform keeps no checkpoints of sandboxes (CHECKPOINTS_PER_OWNER is 0)")
  const parent = sandbox.checkpointId ? await findCheckpoint(ctx.db, sandbox.checkpointId) : undefined
  const values = {
    id: newId(),
    sandboxId: sandbox.id,
    userId: caller.userId,
    teamId: sandbox.teamId,
    evaluationId: caller.kind === "run" ? caller.evaluationId : null,
    parentId: sandbox.checkpointId,
    depth: parent ? parent.depth + 1 : 0,
    image: sandbox.image,
    diskGb: sandbox.diskGb,
    state: "PENDING" as const,
  }
  const row = await insertCheckpoint(ctx.db, values, { count: perOwner, bytes: bytesPerOwner })
  if (typeof row !== "string") return toCheckpoint(row)
  const owner = sandbox.teamId ? "This team has" : "You have"
  const reasons: Record<CheckpointRefusal, string> = {
    ended: `The sandbox ${JSON.stringify(sandboxId)} is ${sandbox.status === "RUNNING" ? "ending" : sandbox.status}: a checkpoint is taken while it is RUNNING`,
    pending: `Another checkpoint of the sandbox ${JSON.stringify(sandboxId)} is being taken: wait until it is DURABLE`,
    count: `${owner} ${perOwner} checkpoints, as many as one may have on this platform: delete some first`,
    bytes: `${owner} as many bytes of checkpoints as one may have on this platform (${gibibytes(bytesPerOwner)}): delete some first`,
  }
  throw new ServiceError("conflict", reasons[row])
}

const gibibytes = (bytes: number): string => `${Number((bytes / 2 ** 30).toPrecision(3))} GB`
