import type { PreviewRetentionQuery, Retention, RetentionPreview, RetentionQuery, SetRetentionRequest } from "../../../contract/index.ts"
import { findUser } from "../../store/identity/users.ts"
import { deleteRetention, findRetention, putRetention, sumExpired } from "../../store/retention/retention.ts"
import { requireAdmin } from "../accounts/people.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { may } from "../identity/may.ts"
import { requireTeam } from "../identity/teams.ts"

/** After how many days runs of a team, or of the platform, are deleted. */
export async function readRetention(ctx: Context, { team_id }: RetentionQuery): Promise<Retention> {
  const userId = requireUser(ctx)
  const teamId = team_id ? requireTeam(ctx, team_id) : null
  const [own, platform] = await Promise.all([teamId === null ? undefined : findRetention(ctx.db, teamId), findRetention(ctx.db, "")])
  return {
    days: (teamId === null ? platform : own)?.days ?? null,
    platform_days: platform?.days ?? null,
    may_change: teamId === null ? (await findUser(ctx.db, userId))?.role === "ADMIN" : may(ctx, { userId, teamId }, "manage"),
  }
}

/** The team as retention has it. @throws ServiceError unless the caller is an owner of the team, or for the platform an admin of it */
async function requireKeeper(ctx: Context, teamId: string | null | undefined): Promise<string> {
  if (teamId) return requireTeam(ctx, teamId)
  await requireAdmin(ctx)
  return ""
}

/** What a number of days would delete now. */
export async function previewRetention(ctx: Context, { team_id, days }: PreviewRetentionQuery): Promise<RetentionPreview> {
  const { runs, samples, oldestAt, environments, kept } = await sumExpired(ctx.db, await requireKeeper(ctx, team_id), days)
  return { runs, samples, oldest_at: oldestAt?.toISOString() ?? null, environments, kept }
}

/** Has a worker delete runs that were not changed for so many days, from now on; null has them kept. */
export async function setRetention(ctx: Context, { team_id, days }: SetRetentionRequest): Promise<Retention> {
  const setBy = requireUser(ctx)
  const teamId = await requireKeeper(ctx, team_id)
  await ctx.db.transaction(async (tx) => {
    if (days === null) await deleteRetention(tx, teamId)
    else await putRetention(tx, { teamId, days, setBy })
    const target = teamId ? { kind: "team", id: teamId } : { kind: "platform", id: null }
    await record(ctx, tx, { action: "retention.set", target, teamId: teamId || null, details: { days } })
  })
  return readRetention(ctx, { team_id })
}
