import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as availability from "./availability.ts"
import * as instances from "./instances.ts"

const common = { group: "instances", access: "required", permission: "instances", answer: "json" } as const
const podId = z.object({ pod_id: Id })

export const instancesEndpoints = {
  listGpuAvailability: endpoint({
    ...common,
    method: "get",
    path: "/availability/gpus",
    summary: "Machines that an instance can be had on; those without GPUs are among them, as CPU_NODE",
    query: availability.AvailabilityQuery,
    status: 200,
    response: availability.AvailabilityPage,
    unavailable: 501,
  }),
  listClusterAvailability: endpoint({
    ...common,
    method: "get",
    path: "/availability/multi-node",
    summary: "Clusters of machines: there are none",
    query: availability.AvailabilityQuery,
    status: 200,
    response: availability.AvailabilityPage,
    unavailable: 501,
  }),
  listDiskAvailability: endpoint({
    ...common,
    method: "get",
    path: "/availability/disks",
    summary: "Disks that can be had by themselves: there are none",
    query: availability.AvailabilityQuery,
    status: 200,
    response: availability.DiskAvailabilityPage,
    unavailable: 501,
  }),
  summarizeAvailability: endpoint({
    ...common,
    method: "get",
    path: "/availability/gpu-summary",
    summary: "Machines by their type",
    status: 200,
    response: availability.AvailabilitySummary,
    unavailable: 501,
  }),
  listPods: endpoint({
    ...common,
    method: "get",
    path: "/pods",
    summary: "Instances of the caller, of a team, or of the run that asks, that have not ended; newest first",
    query: instances.ListInstancesQuery,
    status: 200,
    response: instances.ListInstancesResponse,
  }),
  createPod: endpoint({
    ...common,
    method: "post",
    path: "/pods",
    summary: "Make an instance; it is ACTIVE once it can be reached by SSH",
    body: instances.CreateInstanceRequest,
    status: 200,
    response: instances.Instance,
    unavailable: 501,
  }),
  listPodStatuses: endpoint({
    ...common,
    method: "get",
    path: "/pods/status",
    summary: "States of instances, and how to reach them; those that the caller may not use are left out",
    query: instances.InstanceStatusesQuery,
    status: 200,
    response: instances.InstanceStatuses,
  }),
  listPodHistory: endpoint({
    ...common,
    method: "get",
    path: "/pods/history",
    summary: "Instances that have ended, and what they cost; newest first",
    query: instances.ListInstancesQuery,
    status: 200,
    response: instances.ListFormerInstancesResponse,
  }),
  getPod: endpoint({
    ...common,
    method: "get",
    path: "/pods/{pod_id}",
    params: podId,
    summary: "One instance",
    status: 200,
    response: instances.Instance,
  }),
  deletePod: endpoint({
    ...common,
    method: "delete",
    path: "/pods/{pod_id}",
    params: podId,
    summary: "Terminate an instance; its files are deleted",
    status: 200,
    response: instances.DeletedInstance,
  }),
}
