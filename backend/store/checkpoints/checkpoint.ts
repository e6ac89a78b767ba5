import { and, eq, isNull, type SQL } from "drizzle-orm"
import type { NewOf, Selected } from "../fields.ts"
import { sandboxCheckpoints } from "../schema.ts"

export const checkpointFields = {
  id: sandboxCheckpoints.id,
  sandboxId: sandboxCheckpoints.sandboxId,
  userId: sandboxCheckpoints.userId,
  teamId: sandboxCheckpoints.teamId,
  evaluationId: sandboxCheckpoints.evaluationId,
  parentId: sandboxCheckpoints.parentId,
  depth: sandboxCheckpoints.depth,
  image: sandboxCheckpoints.image,
  diskGb: sandboxCheckpoints.diskGb,
  state: sandboxCheckpoints.state,
  error: sandboxCheckpoints.error,
  storedBytes: sandboxCheckpoints.storedBytes,
  occupiedBytes: sandboxCheckpoints.occupiedBytes,
  createdAt: sandboxCheckpoints.createdAt,
  updatedAt: sandboxCheckpoints.updatedAt,
}

/** A checkpoint of a sandbox. */
export type CheckpointRecord = Selected<typeof checkpointFields>
export type NewCheckpoint = NewOf<typeof checkpointFields>

/** Whose limits checkpoints count against: those of the team, or of a person without one. */
export type CheckpointOwner = Pick<NewCheckpoint, "userId" | "teamId">

export const ofOwner = ({ userId, teamId }: CheckpointOwner): SQL | undefined =>
  teamId ? eq(sandboxCheckpoints.teamId, teamId) : and(eq(sandboxCheckpoints.userId, userId), isNull(sandboxCheckpoints.teamId))
