import { endpoints } from "../../../contract/index.ts"
import { createInstance } from "../../services/instances/create-instance.ts"
import { endInstance } from "../../services/instances/end-instance.ts"
import { listAvailability, requireInstances, summarizeAvailability } from "../../services/instances/offer.ts"
import { getInstanceStatuses, listFormerInstances, listInstances } from "../../services/instances/read-instances.ts"
import { requireInstance } from "../../services/instances/require-instance.ts"
import { addSshKey, deleteSshKey, listSshKeys } from "../../services/instances/ssh-keys.ts"
import { toInstance } from "../../services/instances/to-instance.ts"
import { type App, route } from "../route.ts"

/** Instances under the names that Prime's CLI and API have for them: pods, what is available for them, and the keys that open them. */
export function instanceRoutes(app: App): void {
  const none = { items: [], totalCount: 0 }
  route(app, endpoints.listGpuAvailability, async ({ ctx, query }) => listAvailability(ctx, query))
  route(app, endpoints.summarizeAvailability, async ({ ctx }) => summarizeAvailability(ctx))
  for (const entry of [endpoints.listClusterAvailability, endpoints.listDiskAvailability])
    route(app, entry, async ({ ctx }) => {
      requireInstances(ctx)
      return none
    })

  route(app, endpoints.listPods, async ({ ctx, query }) => listInstances(ctx, query))
  route(app, endpoints.createPod, async ({ ctx, body }) => createInstance(ctx, body))
  // Before the one with an id, which their names look like.
  route(app, endpoints.listPodStatuses, async ({ ctx, query }) => getInstanceStatuses(ctx, query.pod_ids))
  route(app, endpoints.listPodHistory, async ({ ctx, query }) => listFormerInstances(ctx, query))
  route(app, endpoints.getPod, async ({ ctx, params }) => toInstance(ctx, await requireInstance(ctx, params.pod_id)))
  route(app, endpoints.deletePod, async ({ ctx, params }) => {
    await endInstance(ctx, params.pod_id)
    return { id: params.pod_id, status: "TERMINATED" }
  })

  route(app, endpoints.listSshKeys, async ({ ctx, query }) => listSshKeys(ctx, query))
  route(app, endpoints.addSshKey, async ({ ctx, body }) => addSshKey(ctx, body))
  route(app, endpoints.deleteSshKey, async ({ ctx, params }) => {
    await deleteSshKey(ctx, params.key_id)
    return { id: params.key_id }
  })
}
