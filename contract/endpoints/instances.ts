import * as z from "zod"
import { ErrorBody, Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"

// This platform rents no machines: it answers 501 to whoever may ask, and 403 to a run that may not.
const common = {
  group: "instances",
  access: "required",
  permission: "instances",
  status: 501,
  answer: "json",
  response: ErrorBody,
} as const
const podId = z.object({ pod_id: Id })

export const instancesEndpoints = {
  listPods: endpoint({ ...common, method: "get", path: "/pods", summary: "Instances; not offered by this platform" }),
  createPod: endpoint({ ...common, method: "post", path: "/pods", summary: "Rent an instance; not offered by this platform" }),
  listPodStatuses: endpoint({
    ...common,
    method: "get",
    path: "/pods/status",
    summary: "States of instances; not offered by this platform",
  }),
  listPodHistory: endpoint({ ...common, method: "get", path: "/pods/history", summary: "Former instances; not offered by this platform" }),
  getPod: endpoint({
    ...common,
    method: "get",
    path: "/pods/{pod_id}",
    params: podId,
    summary: "One instance; not offered by this platform",
  }),
  deletePod: endpoint({
    ...common,
    method: "delete",
    path: "/pods/{pod_id}",
    params: podId,
    summary: "Give an instance back; not offered by this platform",
  }),
}
