import { endpoints } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { createApiKey, listApiKeys, revokeApiKey } from "../../services/identity/api-keys.ts"
import { decideChallenge, generateChallenge, getChallenge, takeChallengeResult } from "../../services/identity/challenges.ts"
import { leaveTeam, removeMember, updateMember } from "../../services/identity/members.ts"
import { createTeam, listTeamMembers, listTeams } from "../../services/identity/teams.ts"
import { updateSlug } from "../../services/identity/update-slug.ts"
import { whoami } from "../../services/identity/whoami.ts"
import { bearerOf } from "../identify.ts"
import { type App, route } from "../route.ts"

const status = "success"

export function identityRoutes(app: App): void {
  route(app, endpoints.whoami, async ({ ctx }) => ({ data: await whoami(ctx), status }))
  route(app, endpoints.updateSlug, async ({ ctx, body }) => ({ data: await updateSlug(ctx, body.slug), status }))
  route(app, endpoints.listTeams, async ({ ctx, query }) => ({ ...(await listTeams(ctx, query)), ...query, status }))
  route(app, endpoints.createTeam, async ({ ctx, body }) => ({ data: await createTeam(ctx, body), status }))
  route(app, endpoints.listTeamMembers, async ({ ctx, params, query }) => ({
    ...(await listTeamMembers(ctx, params.team_id, query)),
    ...query,
    status,
  }))
  route(app, endpoints.updateTeamMember, async ({ ctx, params, body }) => ({
    data: await updateMember(ctx, params.team_id, params.user_id, body.access_role),
    status,
  }))
  route(app, endpoints.removeTeamMember, async ({ ctx, params }) => {
    await removeMember(ctx, params.team_id, params.user_id)
    return { data: { ...params, removed: true }, status }
  })
  route(app, endpoints.leaveTeam, async ({ ctx, params }) => ({
    data: { ...params, user_id: await leaveTeam(ctx, params.team_id), removed: true },
    status,
  }))
  route(app, endpoints.listApiKeys, async ({ ctx }) => ({ data: await listApiKeys(ctx), status }))
  route(app, endpoints.createApiKey, async ({ ctx, body }) => ({ data: await createApiKey(ctx, body), status }))
  route(app, endpoints.revokeApiKey, async ({ ctx, params }) => ({ data: await revokeApiKey(ctx, params.key_id), status }))

  route(app, endpoints.generateChallenge, async ({ ctx, body }) => {
    const { code, token } = await generateChallenge(ctx, body.encryptionPublicKey)
    return { challenge: code, status_auth_token: token }
  })
  // Before the route with {code}, which would take "status" for one.
  route(app, endpoints.getChallengeStatus, async ({ ctx, query, request }) => {
    const token = bearerOf(request.headers.get("authorization"))
    if (!token)
      throw new ServiceError("unauthorized", "This needs the challenge's status_auth_token: send it as Authorization: Bearer TOKEN")
    return { result: await takeChallengeResult(ctx, query.challenge, token) }
  })
  route(app, endpoints.getChallenge, async ({ ctx, params }) => ({ data: await getChallenge(ctx, params.code), status }))
  route(app, endpoints.approveChallenge, async ({ ctx, params }) => ({
    data: await decideChallenge(ctx, params.code, "APPROVED"),
    status,
  }))
  route(app, endpoints.denyChallenge, async ({ ctx, params }) => ({ data: await decideChallenge(ctx, params.code, "DENIED"), status }))
}
