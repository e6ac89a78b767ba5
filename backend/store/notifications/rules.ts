import { and, arrayOverlaps, asc, count, eq, isNull, or, type SQL, sql } from "drizzle-orm"
import type { NotificationEvent } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { type NewOf, toRow } from "../fields.ts"
import { isMemberOf, isOfOwner } from "../identity/members.ts"
import { environments, notificationChannels, notificationRules, teams, users } from "../schema.ts"

const ruleFields = {
  id: notificationRules.id,
  userId: notificationRules.userId,
  events: notificationRules.events,
  environmentId: notificationRules.environmentId,
  teamId: notificationRules.teamId,
  channelId: notificationRules.channelId,
  createdAt: notificationRules.createdAt,
}

export interface ListedRule {
  id: string
  events: NotificationEvent[]
  environment: { id: string; owner: string; name: string } | null
  team: { id: string; name: string } | null
  channelId: string | null
  createdAt: Date
}

/** A person's rules, oldest first, with the names of what they are about: their number is limited where they are added. */
export async function listRules(db: Db, userId: string): Promise<ListedRule[]> {
  const rows = await db
    .select({
      ...ruleFields,
      environmentName: environments.name,
      environmentOwner: sql<string | null>`coalesce(owner_team.slug, owner_user.slug, owner_user.name)`,
      teamName: teams.name,
    })
    .from(notificationRules)
    .leftJoin(environments, eq(environments.id, notificationRules.environmentId))
    .leftJoin(sql`${teams} owner_team`, sql`owner_team.id = ${environments.teamId}`)
    .leftJoin(sql`${users} owner_user`, sql`owner_user.id = ${environments.userId}`)
    .leftJoin(teams, eq(teams.id, notificationRules.teamId))
    .where(eq(notificationRules.userId, userId))
    .orderBy(asc(notificationRules.createdAt), asc(notificationRules.id))
  return rows.map(({ id, events, environmentId, environmentName, environmentOwner, teamId, teamName, channelId, createdAt }) => ({
    id,
    events,
    environment: environmentId ? { id: environmentId, owner: environmentOwner ?? "", name: environmentName ?? "" } : null,
    team: teamId ? { id: teamId, name: teamName ?? "" } : null,
    channelId,
    createdAt,
  }))
}

export async function countRules(db: Db, userId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(notificationRules).where(eq(notificationRules.userId, userId))
  return row?.count ?? 0
}

export async function insertRule(db: Db, values: NewOf<typeof ruleFields>): Promise<void> {
  await db.insert(notificationRules).values(toRow(notificationRules, ruleFields, values))
}

/** @returns whether the person had such a rule */
export async function deleteRule(db: Db, userId: string, id: string): Promise<boolean> {
  const deleted = await db
    .delete(notificationRules)
    .where(and(eq(notificationRules.id, id), eq(notificationRules.userId, userId)))
    .returning({ id: notificationRules.id })
  return deleted.length > 0
}

/** The channels that are on of rules about any of these events. */
async function channelsOf(db: Db, events: NotificationEvent[], about: SQL | undefined): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: notificationChannels.id })
    .from(notificationRules)
    .innerJoin(
      notificationChannels,
      and(
        eq(notificationChannels.userId, notificationRules.userId),
        eq(notificationChannels.state, "on"),
        or(isNull(notificationRules.channelId), eq(notificationRules.channelId, notificationChannels.id)),
      ),
    )
    .where(and(arrayOverlaps(notificationRules.events, events), about))
    .orderBy(notificationChannels.id)
  return rows.map(({ id }) => id)
}

interface RuledRun {
  userId: string
  teamId: string | null
  environmentId: string | null
}

/** People who may see a run, as the condition of a rule of theirs. */
const seesRun = (run: RuledRun): SQL => isOfOwner(notificationRules.userId, run)

const isAboutRun = ({ teamId, environmentId }: RuledRun, otherwise: SQL | undefined): SQL | undefined =>
  or(
    teamId === null ? undefined : eq(notificationRules.teamId, teamId),
    environmentId === null ? undefined : eq(notificationRules.environmentId, environmentId),
    and(isNull(notificationRules.teamId), isNull(notificationRules.environmentId), otherwise),
  )

/** The channels of everybody who wants to be told something of a run, and may see it. */
export const listChannelsForRun = (db: Db, run: RuledRun, events: NotificationEvent[]): Promise<string[]> =>
  channelsOf(db, events, and(seesRun(run), isAboutRun(run, eq(notificationRules.userId, run.userId))))

/** The channels of one person who is mentioned beside a run. */
export const listChannelsForMention = (db: Db, run: RuledRun, userId: string): Promise<string[]> =>
  channelsOf(db, ["mentioned"], and(eq(notificationRules.userId, userId), seesRun(run), isAboutRun(run, undefined)))

/** The channels of everybody who wants to be told of the budget of an account. */
export const listChannelsForBudget = (db: Db, { userId, teamId }: { userId: string; teamId: string | null }): Promise<string[]> =>
  channelsOf(
    db,
    ["budget"],
    teamId === null
      ? and(eq(notificationRules.userId, userId), isNull(notificationRules.teamId), isNull(notificationRules.environmentId))
      : and(isMemberOf(notificationRules.userId, teamId), eq(notificationRules.teamId, teamId)),
  )
