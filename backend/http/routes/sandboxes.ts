import { endpoints } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { authorizeSandbox } from "../../services/sandboxes/authorize-sandbox.ts"
import { createCheckpoint } from "../../services/sandboxes/checkpoints/create-checkpoint.ts"
import { deleteCheckpoint, deleteCheckpoints } from "../../services/sandboxes/checkpoints/delete-checkpoints.ts"
import { getCheckpoint, getCheckpoints, listCheckpoints } from "../../services/sandboxes/checkpoints/read-checkpoints.ts"
import { createSandbox } from "../../services/sandboxes/create-sandbox.ts"
import { bulkDeleteSandboxes, deleteSandbox } from "../../services/sandboxes/delete-sandboxes.ts"
import { getEgressPolicy, setEgressPolicy } from "../../services/sandboxes/egress-policy.ts"
import { exposePort, listAllExposedPorts, listExposedPorts, unexposePort } from "../../services/sandboxes/exposures.ts"
import { getSandboxErrorContext, getSandboxStatuses, listRunSandboxes, listSandboxes } from "../../services/sandboxes/read-sandboxes.ts"
import { requireSandbox } from "../../services/sandboxes/require-sandbox.ts"
import { toSandbox } from "../../services/sandboxes/to-sandbox.ts"
import { type App, route } from "../route.ts"

export function sandboxRoutes(app: App): void {
  route(app, endpoints.getCheckpoints, async ({ ctx, body }) => getCheckpoints(ctx, body.checkpoint_ids))
  route(app, endpoints.getCheckpoint, async ({ ctx, params }) => getCheckpoint(ctx, params.checkpoint_id))
  route(app, endpoints.deleteCheckpoint, async ({ ctx, params }) => {
    await deleteCheckpoint(ctx, params.checkpoint_id)
    return { success: true, message: "The checkpoint is deleted" }
  })
  route(app, endpoints.listCheckpoints, async ({ ctx, params, query }) => listCheckpoints(ctx, params.sandbox_id, query))
  route(app, endpoints.createCheckpoint, async ({ ctx, params }) => createCheckpoint(ctx, params.sandbox_id))
  route(app, endpoints.deleteCheckpoints, async ({ ctx, params }) => deleteCheckpoints(ctx, params.sandbox_id))

  route(app, endpoints.createSandbox, async ({ ctx, body }) => toSandbox(await createSandbox(ctx, body)))
  route(app, endpoints.listSandboxes, async ({ ctx, query }) => listSandboxes(ctx, query))
  route(app, endpoints.bulkDeleteSandboxes, async ({ ctx, body }) => bulkDeleteSandboxes(ctx, body))
  route(app, endpoints.listAllExposedPorts, async ({ ctx }) => listAllExposedPorts(ctx))
  route(app, endpoints.getSandboxStatuses, async ({ ctx, body }) => getSandboxStatuses(ctx, body.sandbox_ids))
  route(app, endpoints.getSandbox, async ({ ctx, params }) => toSandbox(await requireSandbox(ctx, params.sandbox_id)))
  route(app, endpoints.deleteSandbox, async ({ ctx, params }) => {
    const wasThere = await deleteSandbox(ctx, params.sandbox_id)
    return { success: true, message: wasThere ? "The sandbox is ended" : "The sandbox had ended already" }
  })
  route(app, endpoints.authorizeSandbox, async ({ ctx, params }) => authorizeSandbox(ctx, params.sandbox_id))
  route(app, endpoints.getSandboxErrorContext, async ({ ctx, params }) => getSandboxErrorContext(ctx, params.sandbox_id))
  route(app, endpoints.getSandboxLogs, async ({ ctx, params }) => ({ logs: (await requireSandbox(ctx, params.sandbox_id)).logTail }))
  route(app, endpoints.listRunSandboxes, async ({ ctx, params }) => listRunSandboxes(ctx, params.evaluation_id))

  route(app, endpoints.getEgressPolicy, async ({ ctx, params }) => getEgressPolicy(ctx, params.sandbox_id))
  route(app, endpoints.setEgressPolicy, async ({ ctx, params, body }) => setEgressPolicy(ctx, params.sandbox_id, body))

  route(app, endpoints.exposePort, async ({ ctx, params, body }) => exposePort(ctx, params.sandbox_id, body))
  route(app, endpoints.listExposedPorts, async ({ ctx, params }) => listExposedPorts(ctx, params.sandbox_id))
  route(app, endpoints.unexposePort, async ({ ctx, params }) => {
    await unexposePort(ctx, params.sandbox_id, params.exposure_id)
    return { success: true, message: "The port is no longer exposed" }
  })

  route(app, endpoints.createSshSession, async ({ ctx, params }) => {
    await requireSandbox(ctx, params.sandbox_id)
    throw new ServiceError("not_offered", "This platform does not open sandboxes to ssh: run commands through the API")
  })
  route(app, endpoints.closeSshSession, async ({ ctx, params }) => {
    await requireSandbox(ctx, params.sandbox_id)
    throw notFound("ssh session", params.session_id)
  })
}
