import type { MiddlewareHandler } from "hono"
import { endpoints } from "../../contract/index.ts"
import { hashToken } from "../base/crypto.ts"
import type { Services } from "../services/context.ts"
import { contextOfUser, identifyCaller } from "../services/identity/identify-caller.ts"
import { findOwnTeam, requireMember } from "../services/identity/teams.ts"
import { teamHeader } from "./prime/team.ts"
import type { Variables } from "./route.ts"
import type { Traffic } from "./traffic.ts"
import type { Visit } from "./visit.ts"

/** Whom this process passes in beside a request: a user, or the token of a browser's session or key. No request from outside can set it. */
export type InProcessCaller = { userId: string } | { token: string } | null
/** `address` is where a request over the network came from; there is none for the dashboard's own. */
export type Bindings = { caller?: InProcessCaller; address?: string | undefined; visit?: Visit | undefined }

/** Finds out who asks (the dashboard's user, the owner of the API key, or a run by its token), and how much they may ask. */
export function identify(services: Services, traffic: Traffic): MiddlewareHandler<Variables & { Bindings: Bindings }> {
  return async (c, next) => {
    const { caller: inProcess, address, visit } = c.env ?? {}
    const userId = inProcess && "userId" in inProcess ? inProcess.userId : null
    const token = inProcess && "token" in inProcess ? inProcess.token : bearerOf(c.req.header("authorization"))
    const identifyToken = () => identifyCaller(services, token, c.req.path.endsWith(endpoints.createChatCompletion.path))
    const ctx = userId
      ? await contextOfUser(services, userId, "manage")
      : await (visit ? visit.identify(c.req.method, identifyToken) : identifyToken()).catch((error: unknown) => {
          if (address !== undefined) traffic.countRequest(address)
          throw error
        })
    ctx.address = address ?? null
    const team = c.req.header(teamHeader)
    // A run acts for the team that it was launched for, whatever its environment sends.
    if (team && ctx.caller.kind === "user") ctx.teamId = requireMember(ctx, (await findOwnTeam(ctx, team)) ?? team)
    c.set("ctx", ctx)
    // Runs and the dashboard's own requests are not counted.
    const isCounted = address !== undefined && ctx.caller.kind !== "run"
    const isInBrowser = userId !== null || (ctx.caller.kind === "user" && ctx.caller.session !== undefined)
    const who = ctx.caller.kind === "nobody" ? address : isInBrowser ? ctx.caller.userId : hashToken(token ?? "")
    const { signal } = c.req.raw
    c.set("admit", async (entry) => (isCounted && who !== undefined ? traffic.admit(who, entry, { signal }) : () => {}))
    const isProgram = isCounted && ctx.caller.kind === "user" && !isInBrowser
    c.set("takeTurn", async () => (isProgram && who !== undefined ? traffic.takeTurn(who, signal) : () => {}))
    await next()
  }
}

/** The token of an Authorization header. */
export const bearerOf = (authorization: string | null | undefined): string | undefined => /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1]
