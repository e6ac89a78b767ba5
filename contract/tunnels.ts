import * as z from "zod"
import { Id, JsonObject, Timestamp } from "./common.ts"

export const TunnelStatus = z.enum(["pending", "connected", "disconnected", "expired", "terminated"]).meta({ id: "TunnelStatus" })
export type TunnelStatus = z.infer<typeof TunnelStatus>

const labels = z.array(z.string().min(1).max(100)).max(50)

export const CreateTunnelRequest = z
  .object({
    name: z.string().min(1).max(64).nullish(),
    local_port: z.int().min(1).max(65_535).default(8765),
    teamId: z.string().nullish(),
    // Newer than the public reference; the SDK sends them.
    labels: labels.nullish(),
    http_user: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[^\s:]+$/, "a user's name has no spaces and no colon")
      .nullish()
      .describe("Whoever calls the tunnel must give this name and the password of the answer"),
  })
  .meta({ id: "CreateTunnelRequest" })
export type CreateTunnelRequest = z.infer<typeof CreateTunnelRequest>

/** What a client opens a tunnel with. Its secrets are in no other answer. */
export const OpenedTunnel = z
  .object({
    tunnel_id: Id,
    name: z.string().nullable(),
    hostname: z.string(),
    url: z.string(),
    frp_token: z.string(),
    binding_secret: z.string(),
    server_host: z.string(),
    server_port: z.int(),
    local_port: z.int(),
    labels: z.array(z.string()),
    http_user: z.string().nullable(),
    http_password: z.string().nullable(),
    expires_at: Timestamp,
  })
  .meta({ id: "TunnelResponse" })
export type OpenedTunnel = z.infer<typeof OpenedTunnel>

export const Tunnel = z
  .object({
    tunnel_id: Id,
    name: z.string().nullable(),
    status: TunnelStatus,
    hostname: z.string(),
    url: z.string(),
    local_port: z.int(),
    labels: z.array(z.string()),
    http_user: z.string().nullable(),
    created_at: Timestamp,
    connected_at: Timestamp.nullable(),
    expires_at: Timestamp,
    terminated_at: Timestamp.nullable(),
    user_id: z.string(),
    team_id: z.string().nullable(),
    // Extension
    evaluation_id: z.string().nullable().describe("The run whose code opened it; it ends with the run"),
  })
  .meta({ id: "TunnelStatusResponse" })
export type Tunnel = z.infer<typeof Tunnel>

export const tunnelSorts = ["createdAt", "status", "name", "expiresAt", "connectedAt"] as const

export const ListTunnelsQuery = z.object({
  teamId: z.string().nullish(),
  labels: z
    .preprocess((value) => (typeof value === "string" ? [value] : value), labels)
    .nullish()
    .describe("Tunnels that have all of these labels"),
  status: z
    .preprocess((value) => (typeof value === "string" ? value.toLowerCase() : value), TunnelStatus)
    .nullish()
    .describe("Left out: those that have not ended"),
  page: z.coerce.number().int().min(1).default(1),
  perPage: z.coerce.number().int().min(1).max(1000).default(50),
  sortBy: z.enum(tunnelSorts).default("createdAt"),
  sortOrder: z.enum(["asc", "desc"]).default("desc"),
})
export type ListTunnelsQuery = z.infer<typeof ListTunnelsQuery>

export const ListTunnelsResponse = z
  .object({ tunnels: z.array(Tunnel), total: z.int(), page: z.int(), per_page: z.int(), has_next: z.boolean() })
  .meta({ id: "TunnelListResponse" })
export type ListTunnelsResponse = z.infer<typeof ListTunnelsResponse>

export const DeleteTunnelResponse = z.object({ success: z.boolean(), message: z.string() }).meta({ id: "DeleteTunnelResponse" })

export const BulkDeleteTunnelsRequest = z
  .object({
    tunnel_ids: z.array(z.string()).min(1).max(500).nullish(),
    labels: labels.nullish(),
    status: TunnelStatus.nullish(),
    teamId: z.string().nullish(),
    userId: z.string().nullish(),
    all_users: z.boolean().default(false),
  })
  .meta({ id: "BulkDeleteTunnelRequest" })
export type BulkDeleteTunnelsRequest = z.infer<typeof BulkDeleteTunnelsRequest>

export const BulkDeleteTunnelsResponse = z
  .object({ succeeded: z.array(z.string()), failed: z.array(z.record(z.string(), z.string())), message: z.string() })
  .meta({ id: "BulkDeleteTunnelResponse" })
export type BulkDeleteTunnelsResponse = z.infer<typeof BulkDeleteTunnelsResponse>

/** What frps asks before it lets a client log in or serve a name, and tells when a name is given up. */
export const FrpPluginRequest = z.object({ version: z.string(), op: z.string(), content: JsonObject }).meta({ id: "FrpPluginRequest" })
export type FrpPluginRequest = z.infer<typeof FrpPluginRequest>

export const FrpPluginResponse = z
  .object({
    reject: z.boolean(),
    reject_reason: z.string().nullable(),
    unchange: z.boolean(),
    content: JsonObject.nullable(),
  })
  .meta({ id: "FrpPluginResponse" })
export type FrpPluginResponse = z.infer<typeof FrpPluginResponse>
