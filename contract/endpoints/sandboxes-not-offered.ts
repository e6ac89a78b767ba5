import * as z from "zod"
import { ErrorBody, Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"

// Of Prime's sandboxes of 0.5: they answer 501 to callers that may ask, and 403 to a run that may not.
const common = { group: "sandbox", access: "required", permission: "sandbox", status: 501, answer: "json", response: ErrorBody } as const
const params = z.object({ sandbox_id: Id })
const checkpoints = {
  ...common,
  path: "/sandbox/{sandbox_id}/checkpoints",
  params,
  summary: "Checkpoints of a sandbox; not offered",
} as const
const networks = { ...common, path: "/sandbox/networks", summary: "Networks between sandboxes; not offered" } as const
const volumes = { ...common, path: "/sandbox/volumes", summary: "Volumes of sandboxes; not offered" } as const

export const sandboxesNotOfferedEndpoints = {
  listCheckpoints: endpoint({ ...checkpoints, method: "get" }),
  createCheckpoint: endpoint({ ...checkpoints, method: "post" }),
  deleteCheckpoints: endpoint({ ...checkpoints, method: "delete" }),
  listSandboxNetworks: endpoint({ ...networks, method: "get" }),
  createSandboxNetwork: endpoint({ ...networks, method: "post" }),
  listVolumes: endpoint({ ...volumes, method: "get" }),
  createVolume: endpoint({ ...volumes, method: "post" }),
}
