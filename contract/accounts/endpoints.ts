import * as z from "zod"
import { answerOf, Id, PageQuery, pageOf } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import { limits } from "../limits.ts"
import * as account from "./account.ts"
import * as invitations from "./invitations.ts"
import * as signIn from "./sign-in.ts"

/** What anybody may try. */
const open = { group: "accounts", access: "public", perMinute: limits.signInsPerMinute, answer: "json", extension: true } as const
const own = { group: "accounts", access: "required", status: 200, answer: "json", extension: true } as const

export const accountsEndpoints = {
  getSignInMethods: endpoint({
    method: "get",
    path: "/auth/methods",
    group: "accounts",
    summary: "What there is to sign in with",
    access: "public",
    status: 200,
    answer: "json",
    response: answerOf(signIn.SignInMethods),
    extension: true,
  }),
  signIn: endpoint({
    ...open,
    method: "post",
    path: "/auth/sign-in",
    summary: "Begin a session with an e-mail address and a password",
    body: signIn.SignInRequest,
    status: 201,
    response: answerOf(signIn.NewSession),
  }),
  signOut: endpoint({
    ...own,
    method: "post",
    path: "/auth/sign-out",
    summary: "End the session that this request is made with",
    response: signIn.EndSessionsResponse,
  }),
  listSessions: endpoint({
    ...own,
    method: "get",
    path: "/user/sessions",
    summary: "The caller's sessions, the last used first",
    query: PageQuery,
    response: pageOf(signIn.UserSession),
  }),
  endOtherSessions: endpoint({
    ...own,
    method: "delete",
    path: "/user/sessions",
    summary: "End all of the caller's sessions but the one that this request is made with",
    response: signIn.EndSessionsResponse,
  }),
  endSession: endpoint({
    ...own,
    method: "delete",
    path: "/user/sessions/{session_id}",
    summary: "End a session",
    params: z.object({ session_id: Id }),
    response: signIn.EndSessionsResponse,
  }),
  getAccount: endpoint({
    ...own,
    method: "get",
    path: "/user/account",
    summary: "What the caller signs in with",
    response: answerOf(account.Account),
  }),
  updateAccount: endpoint({
    ...own,
    method: "patch",
    path: "/user/account",
    summary: "Change one's name, e-mail address or password",
    body: account.UpdateAccountRequest,
    response: answerOf(account.Account),
  }),
  listPeople: endpoint({
    ...own,
    method: "get",
    path: "/people",
    summary: "Everybody with an account, for admins of the platform",
    query: PageQuery,
    response: pageOf(account.Person),
  }),
  createPasswordReset: endpoint({
    ...own,
    method: "post",
    path: "/people/{user_id}/password-reset",
    summary: "Make a link with which a person chooses a new password, for admins of the platform",
    params: z.object({ user_id: Id }),
    status: 201,
    response: answerOf(account.PasswordResetLink),
  }),
  openPasswordReset: endpoint({
    ...open,
    method: "post",
    path: "/auth/password-reset/open",
    summary: "Whose password a link is for",
    body: account.LinkToken,
    status: 200,
    response: answerOf(account.PasswordReset),
  }),
  resetPassword: endpoint({
    ...open,
    method: "post",
    path: "/auth/password-reset",
    summary: "Choose a new password with a link, which begins a session and ends all others",
    body: account.ResetPasswordRequest,
    status: 201,
    response: answerOf(signIn.NewSession),
  }),
  listInvitations: endpoint({
    ...own,
    method: "get",
    path: "/invitations",
    summary: "Invitations to the platform, or to a team, newest first",
    query: invitations.ListInvitationsQuery,
    response: pageOf(invitations.Invitation),
  }),
  createInvitation: endpoint({
    ...own,
    method: "post",
    path: "/invitations",
    summary: "Make a link with which a person makes an account, or joins a team",
    body: invitations.CreateInvitationRequest,
    status: 201,
    response: answerOf(invitations.NewInvitation),
  }),
  revokeInvitation: endpoint({
    ...own,
    method: "delete",
    path: "/invitations/{invitation_id}",
    summary: "Revoke an invitation that was not used",
    params: z.object({ invitation_id: Id }),
    response: z.object({ id: Id, revoked: z.boolean() }),
  }),
  openInvitation: endpoint({
    ...open,
    method: "post",
    path: "/auth/invitation/open",
    summary: "Who invites to what",
    body: account.LinkToken,
    status: 200,
    response: answerOf(invitations.OpenInvitation),
  }),
  acceptInvitation: endpoint({
    ...open,
    access: "optional",
    method: "post",
    path: "/auth/invitation",
    summary: "Accept an invitation: with a new account, or as whoever is signed in",
    body: invitations.AcceptInvitationRequest,
    status: 201,
    response: answerOf(invitations.AcceptInvitationResponse),
  }),
}
