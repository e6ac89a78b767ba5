import { z } from "zod"
import { Timestamp } from "./common.ts"

const Permission = z.object({ read: z.boolean(), write: z.boolean() }).meta({ id: "PermissionType" })

export const User = z
  .object({
    id: z.string(),
    role: z.enum(["ADMIN", "MANAGER", "USER"]),
    createdAt: Timestamp,
    name: z.string(),
    slug: z.string().nullable(),
    email: z.string(),
    image: z.string().nullable(),
    emailVerified: z.boolean().nullable(),
    hasBetaAccess: z.boolean(),
    isBanned: z.boolean(),
    skipPrepay: z.boolean(),
    blacklist: z.array(z.string()),
  })
  .meta({ id: "User" })

export const Whoami = User.extend({ scope: z.record(z.string(), Permission.nullable()) }).meta({ id: "WhoamiResponse" })
export type Whoami = z.infer<typeof Whoami>

/** What this platform offers beyond Prime's public API, so that a client can tell what will work. */
export const Capabilities = z
  .object({
    platform: z.string(),
    version: z.string(),
    extensions: z.array(z.string()).describe("Operation ids of the extension endpoints"),
    executor: z.string(),
    inference_url: z.string(),
  })
  .meta({ id: "Capabilities" })
export type Capabilities = z.infer<typeof Capabilities>

export const Health = z.object({ status: z.literal("ok"), database: z.literal("ok"), version: z.string() }).meta({ id: "Health" })
