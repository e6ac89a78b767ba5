import { endpoints } from "../../../contract/index.ts"
import { readAccount, updateAccount } from "../../services/accounts/account.ts"
import { listIdentities, removeIdentity } from "../../services/accounts/identities.ts"
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  openInvitation,
  revokeInvitation,
} from "../../services/accounts/invitations.ts"
import { makeSignInOptions, signInWithPasskey } from "../../services/accounts/passkey-sign-in.ts"
import { addPasskey, listPasskeys, makePasskeyOptions, removePasskey } from "../../services/accounts/passkeys.ts"
import { createPasswordReset, forgotPassword, openPasswordReset, resetPassword } from "../../services/accounts/password-reset.ts"
import { changePerson, listPeople } from "../../services/accounts/people.ts"
import { endOtherSessions, endSession, listSessions, signOut } from "../../services/accounts/sessions.ts"
import { readSignInMethods, signIn } from "../../services/accounts/sign-in.ts"
import { type App, route } from "../route.ts"

const status = "success"

export function accountRoutes(app: App): void {
  route(app, endpoints.getSignInMethods, async ({ ctx }) => ({ data: await readSignInMethods(ctx), status }))
  route(app, endpoints.signIn, async ({ ctx, body }) => ({ data: await signIn(ctx, body), status }))
  route(app, endpoints.signOut, async ({ ctx }) => ({ ended: await signOut(ctx) }))
  route(app, endpoints.listSessions, async ({ ctx, query }) => ({ ...(await listSessions(ctx, query)), ...query, status }))
  route(app, endpoints.endOtherSessions, async ({ ctx }) => ({ ended: await endOtherSessions(ctx) }))
  route(app, endpoints.endSession, async ({ ctx, params }) => ({ ended: await endSession(ctx, params.session_id) }))
  route(app, endpoints.getAccount, async ({ ctx }) => ({ data: await readAccount(ctx), status }))
  route(app, endpoints.updateAccount, async ({ ctx, body }) => ({ data: await updateAccount(ctx, body), status }))
  route(app, endpoints.listPeople, async ({ ctx, query }) => ({ ...(await listPeople(ctx, query)), ...query, status }))

  route(app, endpoints.updatePerson, async ({ ctx, params, body }) => ({ data: await changePerson(ctx, params.user_id, body), status }))
  route(app, endpoints.createPasswordReset, async ({ ctx, params }) => ({ data: await createPasswordReset(ctx, params.user_id), status }))
  route(app, endpoints.forgotPassword, async ({ ctx, body }) => {
    await forgotPassword(ctx, body)
    return { accepted: true as const }
  })
  route(app, endpoints.openPasswordReset, async ({ ctx, body }) => ({ data: await openPasswordReset(ctx, body.token), status }))
  route(app, endpoints.resetPassword, async ({ ctx, body }) => ({ data: await resetPassword(ctx, body), status }))

  route(app, endpoints.listInvitations, async ({ ctx, query }) => {
    const { offset, limit } = query
    return { ...(await listInvitations(ctx, query)), offset, limit, status }
  })
  route(app, endpoints.createInvitation, async ({ ctx, body }) => ({ data: await createInvitation(ctx, body), status }))
  route(app, endpoints.revokeInvitation, async ({ ctx, params }) => {
    await revokeInvitation(ctx, params.invitation_id)
    return { id: params.invitation_id, revoked: true }
  })
  route(app, endpoints.openInvitation, async ({ ctx, body }) => ({ data: await openInvitation(ctx, body.token), status }))
  route(app, endpoints.acceptInvitation, async ({ ctx, body }) => ({ data: await acceptInvitation(ctx, body), status }))

  route(app, endpoints.listIdentities, async ({ ctx }) => ({ data: await listIdentities(ctx), status }))
  route(app, endpoints.removeIdentity, async ({ ctx, query }) => {
    await removeIdentity(ctx, query)
    return { removed: true as const }
  })

  route(app, endpoints.getPasskeySignInOptions, async ({ ctx }) => ({ data: await makeSignInOptions(ctx), status }))
  route(app, endpoints.signInWithPasskey, async ({ ctx, body }) => ({ data: await signInWithPasskey(ctx, body), status }))
  route(app, endpoints.listPasskeys, async ({ ctx }) => ({ data: await listPasskeys(ctx), status }))
  route(app, endpoints.getPasskeyOptions, async ({ ctx }) => ({ data: await makePasskeyOptions(ctx), status }))
  route(app, endpoints.addPasskey, async ({ ctx, body }) => ({ data: await addPasskey(ctx, body), status }))
  route(app, endpoints.removePasskey, async ({ ctx, params }) => {
    await removePasskey(ctx, params.passkey_id)
    return { id: params.passkey_id, removed: true }
  })
}
