import { ErrorBody } from "../common.ts"
import { endpoint } from "../endpoint.ts"

// Of Prime's sandboxes of 0.5: they answer 501 to callers that may ask, and 403 to a run that may not.
const common = { group: "sandbox", access: "required", permission: "sandbox", status: 501, answer: "json", response: ErrorBody } as const
const networks = { ...common, path: "/sandbox/networks", summary: "Networks between sandboxes; not offered" } as const
const volumes = { ...common, path: "/sandbox/volumes", summary: "Volumes of sandboxes; not offered" } as const

export const sandboxesNotOfferedEndpoints = {
  listSandboxNetworks: endpoint({ ...networks, method: "get" }),
  createSandboxNetwork: endpoint({ ...networks, method: "post" }),
  listVolumes: endpoint({ ...volumes, method: "get" }),
  createVolume: endpoint({ ...volumes, method: "post" }),
}
