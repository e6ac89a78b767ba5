import { type CreateRuleRequest, limits, type NotificationRule } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { lockNotifications } from "../../store/notifications/channels.ts"
import { countRules, deleteRule as deleteRow, insertRule, type ListedRule, listRules } from "../../store/notifications/rules.ts"
import { type Context, requireUser } from "../context.ts"
import { requireEnvironmentById } from "../environments/find-environments.ts"
import { requireMember } from "../identity/teams.ts"
import { requireChannel } from "./channels.ts"

export const toRule = ({ channelId, createdAt, ...row }: ListedRule): NotificationRule => ({
  ...row,
  channel_id: channelId,
  created_at: createdAt.toISOString(),
})

/**
 * Keeps what the caller wants to be told.
 * @throws ServiceError for an environment, a team or a channel that is not theirs to see, and when they have as many rules as a person may
 */
export async function createRule(ctx: Context, request: CreateRuleRequest): Promise<NotificationRule> {
  const userId = requireUser(ctx)
  if (request.team_id) requireMember(ctx, request.team_id)
  if (request.environment_id) await requireEnvironmentById(ctx, request.environment_id)
  if (request.channel_id) await requireChannel(ctx, request.channel_id)
  const id = newId()
  return ctx.db.transaction(async (tx) => {
    await lockNotifications(tx, userId)
    if ((await countRules(tx, userId)) >= limits.notificationRulesMax)
      throw new ServiceError(
        "conflict",
        `A person has at most ${limits.notificationRulesMax} rules: delete one that is not needed any more`,
      )
    await insertRule(tx, {
      id,
      userId,
      events: request.events,
      environmentId: request.environment_id ?? null,
      teamId: request.team_id ?? null,
      channelId: request.channel_id ?? null,
    })
    return toRule((await listRules(tx, userId)).find((rule) => rule.id === id) as ListedRule)
  })
}

export async function deleteRule(ctx: Context, id: string): Promise<void> {
  if (!(await deleteRow(ctx.db, requireUser(ctx), id))) throw notFound("rule", id)
}
