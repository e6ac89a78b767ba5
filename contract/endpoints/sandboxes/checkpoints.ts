import * as z from "zod"
import { Id } from "../../common.ts"
import { endpoint } from "../../endpoint.ts"
import * as checkpoints from "../../sandboxes/checkpoints.ts"
import { DeleteSandboxResponse } from "../../sandboxes.ts"

const common = { group: "sandbox", access: "required", permission: "sandbox", answer: "json" } as const
const ofSandbox = { ...common, path: "/sandbox/{sandbox_id}/checkpoints", params: z.object({ sandbox_id: Id }) } as const
const one = { ...common, path: "/sandbox/checkpoints/{checkpoint_id}", params: z.object({ checkpoint_id: Id }) } as const

export const checkpointEndpoints = {
  getCheckpoints: endpoint({
    ...common,
    method: "post",
    path: "/sandbox/checkpoints:batchGet",
    summary: "Many checkpoints at once, of any sandboxes",
    body: checkpoints.BatchCheckpointsRequest,
    status: 200,
    response: checkpoints.BatchCheckpointsResponse,
  }),
  getCheckpoint: endpoint({ ...one, method: "get", summary: "One checkpoint", status: 200, response: checkpoints.SandboxCheckpoint }),
  deleteCheckpoint: endpoint({
    ...one,
    method: "delete",
    summary: "Delete a checkpoint with its bytes; not while it is being taken or restored",
    status: 200,
    response: DeleteSandboxResponse,
  }),
  listCheckpoints: endpoint({
    ...ofSandbox,
    method: "get",
    summary: "Checkpoints of a sandbox, oldest first; also of one that has ended",
    query: checkpoints.ListCheckpointsQuery,
    status: 200,
    response: checkpoints.ListCheckpointsResponse,
  }),
  createCheckpoint: endpoint({
    ...ofSandbox,
    method: "post",
    summary: "Keep what a running sandbox has written; it is PENDING until that is stored",
    status: 201,
    response: checkpoints.SandboxCheckpoint,
    unavailable: 501,
  }),
  deleteCheckpoints: endpoint({
    ...ofSandbox,
    method: "delete",
    summary: "Delete all checkpoints of a sandbox; says for each that could not be deleted why",
    status: 200,
    response: checkpoints.DeleteCheckpointsResponse,
  }),
}
