import type { SandboxCheckpoint } from "../../../../contract/index.ts"
import type { CheckpointRecord } from "../../../store/checkpoints/checkpoint.ts"

/** A checkpoint as the API shows it to those who may use it. */
export const toCheckpoint = (row: CheckpointRecord): SandboxCheckpoint => ({
  id: row.id,
  sandbox_id: row.sandboxId,
  parent_id: row.parentId,
  team_id: row.teamId,
  state: row.state,
  depth: row.depth,
  docker_image: row.image,
  disk_size_bytes: Math.round(row.diskGb * 2 ** 30),
  stored_bytes: row.storedBytes,
  occupied_bytes: row.occupiedBytes,
  error: row.error,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
})
