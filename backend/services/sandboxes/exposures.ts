import type { ExposedPort, ExposePortRequest } from "../../../contract/index.ts"
import type { Config } from "../../base/config.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { deleteExposure, type ExposureRecord, insertExposure, listExposures } from "../../store/sandboxes/exposures.ts"
import { endedStatuses } from "../../store/sandboxes/sandbox.ts"
import type { Context } from "../context.ts"
import { scopeOf } from "../identity/made-by.ts"
import { tunnelAddress } from "../tunnels/to-tunnel.ts"
import { scopeWords } from "./read-sandboxes.ts"
import { requireSandbox } from "./require-sandbox.ts"

const perSandboxMax = 16

/**
 * Gives a port of a sandbox a name of the platform, which leads to whatever listens there at the time of a call.
 * @throws ServiceError for another protocol than HTTP, a sandbox that has ended, and one that has as many as one may have
 */
export async function exposePort(ctx: Context, sandboxId: string, input: ExposePortRequest): Promise<ExposedPort> {
  const sandbox = await requireSandbox(ctx, sandboxId)
  if (input.protocol.toUpperCase() !== "HTTP") throw invalid(["protocol"], "ports of this platform's sandboxes are exposed by HTTP alone")
  if (endedStatuses.includes(sandbox.status)) throw new ServiceError("conflict", `The sandbox ${JSON.stringify(sandboxId)} has ended`)
  const row = await insertExposure(ctx.db, { id: newId(), sandboxId, port: input.port, name: input.name ?? null }, perSandboxMax)
  if (!row) throw new ServiceError("conflict", `A sandbox has ${perSandboxMax} exposed ports at most: take one of them back first`)
  return toExposedPort(ctx.config, row)
}

export async function listExposedPorts(ctx: Context, sandboxId: string): Promise<{ exposures: ExposedPort[] }> {
  await requireSandbox(ctx, sandboxId)
  const rows = await listExposures(ctx.db, { sandboxId })
  return { exposures: rows.map((row) => toExposedPort(ctx.config, row)) }
}

/** Of all sandboxes of the caller, or of the run that asks. */
export async function listAllExposedPorts(ctx: Context): Promise<{ exposures: ExposedPort[] }> {
  const rows = await listExposures(ctx.db, await scopeOf(ctx, { teamId: null, userId: null }, scopeWords))
  return { exposures: rows.map((row) => toExposedPort(ctx.config, row)) }
}

/** Takes a port back: new calls are refused, and those under way cut off. @throws ServiceError when there is none of that id */
export async function unexposePort(ctx: Context, sandboxId: string, id: string): Promise<void> {
  await requireSandbox(ctx, sandboxId)
  if (!(await deleteExposure(ctx.db, sandboxId, id))) throw notFound("exposed port", id)
}

function toExposedPort(config: Config, { id, sandboxId, port, name, createdAt }: ExposureRecord): ExposedPort {
  const { hostname, url } = tunnelAddress(config, id)
  return {
    ...{ exposure_id: id, sandbox_id: sandboxId, port, name, url, protocol: "HTTP", created_at: createdAt.toISOString() },
    // Of ports exposed by TCP.
    ...{ tls_socket: hostname, external_port: null, external_endpoint: null },
  }
}
