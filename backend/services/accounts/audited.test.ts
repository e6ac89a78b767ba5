import { expect, test } from "vitest"
import { CreateInvitationRequest, ListAuditQuery } from "../../../contract/index.ts"
import { newTeam, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { listAudit } from "../audit/list-audit.ts"
import type { Context } from "../context.ts"
import { identifyCaller } from "../identity/identify-caller.ts"
import { updateAccount } from "./account.ts"
import { acceptInvitation, createInvitation } from "./invitations.ts"

const platform = testPlatform()

const actionsOf = async (ctx: Context) => (await listAudit(ctx, ListAuditQuery.parse({}))).entries.map(({ action }) => action).reverse()

test("the audit log has who was invited, who came, signed in and chose another password", async () => {
  const { teamId, admin } = await newTeam(platform(), "choir")
  const invitation = CreateInvitationRequest.parse({ email: "ada@example.com", team_id: teamId, role: "viewer" })
  const { url } = await createInvitation(admin, invitation)
  const [password, browser] = ["a long password", "Firefox on Linux"]
  const token = url.split("/").at(-1) as string
  const { session } = await acceptInvitation(await serviceContext(platform(), null), { token, name: "Ada", password, browser })
  const ada = await identifyCaller(platform().services, session?.token)
  await updateAccount(ada, { password: "another password", current_password: password })
  expect(await actionsOf(admin)).toEqual(["team.create", "invitation.create"])
  expect(await actionsOf(ada)).toEqual(["member.add", "sign_in.create", "password.change"])
  const text = JSON.stringify(await listAudit(ada, ListAuditQuery.parse({})))
  for (const secret of [password, "another password", token, session?.token as string]) expect(text).not.toContain(secret)
})
