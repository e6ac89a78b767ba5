import type { FrpPluginRequest, FrpPluginResponse } from "../../../contract/index.ts"
import { objectOf, textOf } from "../../../contract/samples/row-values.ts"
import { hashToken } from "../../base/crypto.ts"
import { hasTunnelEnded, type TunnelRecord } from "../../store/tunnels/tunnel.ts"
import { connectTunnel, disconnectTunnel, findTunnel } from "../../store/tunnels/tunnels.ts"
import type { Context } from "../context.ts"

/** By these words prime_tunnel knows not to try again. */
const reasons = {
  unknown: "tunnel not registered",
  ended: "tunnel is inactive",
  secret: "invalid binding secret",
} as const

const accepted: FrpPluginResponse = { reject: false, reject_reason: null, unchange: true, content: null }
const rejected = (reason: string): FrpPluginResponse => ({ ...accepted, reject: true, reject_reason: reason })

interface Client {
  user: string
  secret: string
  /** frps' own name of its connection. */
  connection: string
}

/**
 * What frps asks and tells. A client says which tunnel it is by the `user` of its configuration and proves it by that tunnel's own
 * secret, in every operation; whatever is not understood is refused.
 */
export async function validateFrp(ctx: Context, { op, content }: FrpPluginRequest): Promise<FrpPluginResponse> {
  const client = clientOf(op === "Login" ? content : content.user)
  const row = await findTunnel(ctx.db, client.user)
  if (!row) return rejected(reasons.unknown)
  if (row.secretHash !== hashToken(client.secret)) return rejected(reasons.secret)
  if (op === "CloseProxy") {
    await disconnectTunnel(ctx.db, row.id, client.connection)
    return accepted
  }
  if (hasTunnelEnded(row)) return rejected(reasons.ended)
  if (op === "Login") return accepted
  if (op !== "NewProxy") return rejected(`this platform does not serve ${op}`)
  const problem = problemOf(row, content)
  if (problem) return rejected(problem)
  await connectTunnel(ctx.db, row.id, ctx.config.workerName, client.connection)
  return accepted
}

function clientOf(value: unknown): Client {
  const { user, metas, run_id } = objectOf(value)
  return { user: textOf(user) ?? "", secret: textOf(objectOf(metas).binding_secret) ?? "", connection: textOf(run_id) ?? "" }
}

/** What a client could ask for beyond the one name of its tunnel; prime_tunnel asks for none of it. */
const neverAsked = [
  "custom_domains",
  "locations",
  "group",
  "remote_port",
  "host_header_rewrite",
  "headers",
  "response_headers",
  "route_by_http_user",
  "multiplexer",
]

/** Why a client may not serve what it asks for; null when it is its own tunnel and nothing else. */
function problemOf({ id }: TunnelRecord, content: FrpPluginRequest["content"]): string | null {
  if (content.proxy_type !== "http") return "tunnels of this platform are http alone"
  if (content.proxy_name !== `${id}.${id}` || content.subdomain !== id) return "this is another tunnel's name"
  const more = neverAsked.find((name) => !isEmpty(content[name]))
  return more ? `tunnels of this platform have no ${more}` : null
}

const isEmpty = (value: unknown): boolean =>
  !value || (typeof value === "object" && Object.keys(value as Record<string, unknown>).length === 0)
