import * as z from "zod"
import { Id, Timestamp } from "../common.ts"

/** Only one that is DURABLE can be restored. One that is DELETING is gone as soon as its bytes are. */
export const CheckpointState = z.enum(["PENDING", "DURABLE", "FAILED", "DELETING"]).meta({ id: "CheckpointState" })
export type CheckpointState = z.infer<typeof CheckpointState>

export const CheckpointId = z.string().min(1).max(64)

/** Prime's SDK of 0.5 reads these names. */
export const SandboxCheckpoint = z
  .object({
    id: Id,
    sandbox_id: Id,
    parent_id: z.string().nullable().describe("The checkpoint that its sandbox was made from; it is not needed to restore this one"),
    team_id: z.string().nullable(),
    state: CheckpointState,
    depth: z.int().describe("How many restored sandboxes lie between this one and an empty one"),
    docker_image: z.string(),
    disk_size_bytes: z.int(),
    stored_bytes: z.int().nullable().describe("Of its archive, compressed: what counts against the limit of its owner"),
    occupied_bytes: z.int().describe("Of its files, without holes"),
    error: z.string().nullable().describe("Why it is FAILED"),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: "SandboxCheckpoint" })
export type SandboxCheckpoint = z.infer<typeof SandboxCheckpoint>

export const ListCheckpointsQuery = z.object({ checkpoint_id: CheckpointId.nullish().describe("Only this one") })
export type ListCheckpointsQuery = z.infer<typeof ListCheckpointsQuery>

/** All of them: an owner has no more than the platform's limit. */
export const ListCheckpointsResponse = z.object({ checkpoints: z.array(SandboxCheckpoint) }).meta({ id: "ListCheckpointsResponse" })
export type ListCheckpointsResponse = z.infer<typeof ListCheckpointsResponse>

export const BatchCheckpointsRequest = z
  .object({ checkpoint_ids: z.array(CheckpointId).min(1).max(100) })
  .meta({ id: "BatchCheckpointsRequest" })

export const BatchCheckpointsResponse = z
  .object({
    checkpoints: z.array(SandboxCheckpoint),
    errors: z.array(z.object({ checkpoint_id: z.string(), code: z.literal("NOT_FOUND"), message: z.string() })),
  })
  .meta({ id: "BatchCheckpointsResponse" })
export type BatchCheckpointsResponse = z.infer<typeof BatchCheckpointsResponse>

export const DeleteCheckpointsResponse = z
  .object({
    deleted: z.array(z.string()),
    errors: z.array(z.object({ checkpoint_id: z.string(), code: z.enum(["NOT_FOUND", "CONFLICT"]), message: z.string() })),
  })
  .meta({ id: "DeleteCheckpointsResponse" })
export type DeleteCheckpointsResponse = z.infer<typeof DeleteCheckpointsResponse>
