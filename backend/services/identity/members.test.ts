import { expect, test } from "vitest"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { leaveTeam, removeMember, updateMember } from "./members.ts"
import { listTeamMembers } from "./teams.ts"

const platform = testPlatform()
const page = { offset: 0, limit: 20 }
/** A context as the endpoints of this file have it. */
const managing = <T extends Context>(ctx: T): T => ({ ...ctx, need: "manage" })
const rolesOf = async (ctx: Context, teamId: string) =>
  Object.fromEntries((await listTeamMembers(ctx, teamId, page)).data.map((one) => [one.userName, one.access_role]))

test("an owner changes what a member is, and the member's next request is what they are then", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "turns")
  expect(await updateMember(managing(admin), teamId, member.userId, "viewer")).toMatchObject({ role: "MEMBER", access_role: "viewer" })
  expect(await rolesOf(admin, teamId)).toEqual({ "turns-admin": "owner", "turns-member": "viewer" })
  const again = await serviceContext(platform(), member.userId)
  expect(again.viewer.roles).toEqual({ [teamId]: "viewer" })
  await expect(updateMember({ ...again, need: "manage" }, teamId, admin.userId, "viewer")).rejects.toThrow(
    "This needs the role owner in the team that it belongs to, and yours is viewer",
  )
})

test("an editor manages no members, and a stranger learns nothing", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "walls")
  const stranger = await newUser(platform(), "walls-stranger")
  await expect(updateMember(managing(member), teamId, member.userId, "owner")).rejects.toMatchObject({ code: "forbidden" })
  await expect(removeMember(managing(member), teamId, admin.userId)).rejects.toMatchObject({ code: "forbidden" })
  await expect(removeMember(managing(stranger), teamId, admin.userId)).rejects.toThrow("You are not a member")
  await expect(removeMember(managing(admin), teamId, stranger.userId)).rejects.toMatchObject({ code: "not_found" })
  expect(await rolesOf(admin, teamId)).toEqual({ "walls-admin": "owner", "walls-member": "editor" })
})

test("the last owner stays one, until there is another", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "last")
  await expect(updateMember(managing(admin), teamId, admin.userId, "editor")).rejects.toMatchObject({ code: "conflict" })
  await expect(removeMember(managing(admin), teamId, admin.userId)).rejects.toMatchObject({ code: "conflict" })
  await expect(leaveTeam(admin, teamId)).rejects.toThrow("The last owner cannot leave a team: make another member an owner first")
  await updateMember(managing(admin), teamId, member.userId, "owner")
  expect(await leaveTeam(admin, teamId)).toBe(admin.userId)
  const owner = await serviceContext(platform(), member.userId)
  expect(await rolesOf(owner, teamId)).toEqual({ "last-member": "owner" })
  await expect(leaveTeam(owner, teamId)).rejects.toMatchObject({ code: "conflict" })
})

test("two owners that step down at once leave one", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "race")
  await updateMember(managing(admin), teamId, member.userId, "owner")
  const both = await Promise.allSettled([
    updateMember(managing(admin), teamId, admin.userId, "viewer"),
    leaveTeam(await serviceContext(platform(), member.userId), teamId),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
})
