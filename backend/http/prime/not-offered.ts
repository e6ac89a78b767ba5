import type { MiddlewareHandler } from "hono"
import { type Endpoint, endpoints } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"

/**
 * What Prime's CLI and SDKs can ask of Prime's own platform and this one does not have, by the beginnings of the addresses below
 * /api/v1. The sentences end up in a terminal.
 */
const notOffered: [addresses: RegExp, sentence: string][] = [
  [/^\/disks(\/|$)/, "This platform rents out no disks"],
  [/^\/(factory|slurm-clusters)\//, "This platform manages no clusters"],
  [/^\/images(\/|$)/, "This platform builds and keeps no images: its sandboxes use those that the machine has"],
  [/^\/training\/volumes(\/|$)/, "This platform keeps no volumes"],
  [/^\/(training|rft)\//, "This platform trains no models: it evaluates them"],
  // What is below these addresses; they themselves are in the contract.
  [/^\/sandbox\/([^/]+\/)?volumes\//, "This platform's sandboxes have no volumes"],
  [/^\/sandbox\/networks\//, "This platform's sandboxes have no networks"],
]

/** Refuses addresses of what is not offered, before routes that would take a part of them for an id. */
export const refuseNotOffered: MiddlewareHandler = async (c, next) => {
  const path = c.req.path.replace(/^\/api\/v1/, "")
  const reason = notOffered.find(([addresses]) => addresses.test(path))?.[1]
  if (reason) throw new ServiceError("not_offered", reason)
  await next()
}

/**
 * Refuses bodies that ask for something that is not at their address here. `prime inference evaluate` sends its questions to
 * `/evaluations`, which on Prime's inference API are not runs.
 * @throws ServiceError with what is not offered
 */
export function refuseForeignBody(entry: Endpoint, body: unknown): void {
  if (body === null || typeof body !== "object") return
  if (entry === endpoints.createEvaluation && "questions" in body && !("name" in body))
    throw new ServiceError("not_offered", "This platform has no evaluation models, which answer questions about a state")
  // Without this the CLI would say that the new key has them.
  if (entry === endpoints.generateChallenge && "limits" in body && body.limits)
    throw new ServiceError("not_offered", "This platform gives no limits to an API key: sign in without them")
  // Without this a sandbox would start without them.
  if (entry === endpoints.createSandbox && "volumes" in body && Array.isArray(body.volumes) && body.volumes.length > 0)
    throw new ServiceError("not_offered", "This platform's sandboxes have no volumes")
}
