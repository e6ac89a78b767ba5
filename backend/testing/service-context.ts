import type { Permission } from "../../contract/index.ts"
import { hashToken } from "../base/crypto.ts"
import { newId } from "../base/ids.ts"
import type { Context } from "../services/context.ts"
import { contextOfUser, identifyCaller } from "../services/identity/identify-caller.ts"
import { createTeam } from "../services/identity/teams.ts"
import { insertEnvironment, updateEnvironment } from "../store/environments/environments.ts"
import { upsertVersion } from "../store/environments/versions.ts"
import { insertEvaluation } from "../store/evaluations/evaluations.ts"
import { memberships, users } from "../store/schema.ts"
import type { TestPlatform } from "./test-platform.ts"

/** The context of a request of a user; without one, of a request without a key. Made anew, it sees the user's present teams. */
export const serviceContext = (platform: TestPlatform, userId: string | null): Promise<Context> =>
  userId === null ? identifyCaller(platform.services, undefined) : contextOfUser(platform.services, userId, "read")

/** A new user. @returns a context of that user */
export async function newUser(platform: TestPlatform, slug: string): Promise<Context & { userId: string }> {
  const id = newId()
  await platform.services.db.insert(users).values({ id, name: slug, email: `${slug}@test`, slug, role: "USER" })
  return { ...(await serviceContext(platform, id)), userId: id }
}

/** A new run of a user, under way. @returns a context as it has it with its own token */
export async function runContext(
  platform: TestPlatform,
  { userId }: { userId: string },
  permissions: Permission[],
): Promise<Context & { evaluationId: string }> {
  const evaluationId = newId()
  await insertEvaluation(platform.services.db, {
    id: evaluationId,
    name: "run",
    userId,
    teamId: null,
    isHosted: true,
    evalType: "environment",
    status: "RUNNING",
    phase: "running",
    environments: [],
    metadata: {},
  })
  const nobody = await serviceContext(platform, null)
  return { ...nobody, caller: { kind: "run", userId, evaluationId, teamId: null, permissions }, evaluationId }
}

/** A new team with an owner and an editor. @returns its id, and contexts of both */
export async function newTeam(
  platform: TestPlatform,
  slug: string,
): Promise<{ teamId: string; admin: Context & { userId: string }; member: Context & { userId: string } }> {
  const admin = await newUser(platform, `${slug}-admin`)
  const member = await newUser(platform, `${slug}-member`)
  const { teamId } = await createTeam(admin, { name: slug, slug })
  await platform.services.db.insert(memberships).values({ teamId, userId: member.userId, role: "editor" })
  const again = async ({ userId }: { userId: string }) => ({ ...(await serviceContext(platform, userId)), userId })
  return { teamId, admin: await again(admin), member: await again(member) }
}

/** An environment with one published version, without its files. @returns both ids */
export async function newEnvironment(
  platform: TestPlatform,
  owner: { userId: string; teamId?: string | null },
  { name = "echo", visibility = "PUBLIC" as "PUBLIC" | "PRIVATE", datasetSize = null as number | null } = {},
): Promise<{ id: string; versionId: string }> {
  const { db } = platform.services
  const id = newId()
  const versionId = newId()
  await insertEnvironment(db, { id, userId: owner.userId, teamId: owner.teamId ?? null, name, visibility })
  await upsertVersion(db, {
    id: versionId,
    environmentId: id,
    contentHash: hashToken(versionId),
    semanticVersion: "0.1.0",
    wheelFilename: `${name.replace(/-/g, "_")}-0.1.0-py3-none-any.whl`,
    wheelSha256: "0".repeat(64),
    wheelReadyAt: new Date(),
    publishedAt: new Date(),
    metadata: {},
    datasetSize,
  })
  await updateEnvironment(db, id, { latestVersionId: versionId })
  return { id, versionId }
}
