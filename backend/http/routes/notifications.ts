import { endpoints } from "../../../contract/index.ts"
import {
  confirmChannel,
  createChannel,
  deleteChannel,
  rotateSecret,
  sendAgain,
  testChannel,
  updateChannel,
} from "../../services/notifications/channels.ts"
import { listDeliveries, readNotificationSettings } from "../../services/notifications/read-notifications.ts"
import { createRule, deleteRule } from "../../services/notifications/rules.ts"
import { type App, route } from "../route.ts"

export function notificationRoutes(app: App): void {
  route(app, endpoints.getNotificationSettings, async ({ ctx }) => readNotificationSettings(ctx))
  route(app, endpoints.createNotificationChannel, async ({ ctx, body }) => createChannel(ctx, body))
  route(app, endpoints.updateNotificationChannel, async ({ ctx, params, body }) => updateChannel(ctx, params.channel_id, body))
  route(app, endpoints.confirmNotificationChannel, async ({ ctx, params, body }) => confirmChannel(ctx, params.channel_id, body.code))
  route(app, endpoints.rotateNotificationSecret, async ({ ctx, params }) => rotateSecret(ctx, params.channel_id))
  route(app, endpoints.testNotificationChannel, async ({ ctx, params }) => testChannel(ctx, params.channel_id))
  route(app, endpoints.deleteNotificationChannel, async ({ ctx, params }) => {
    await deleteChannel(ctx, params.channel_id)
    return { id: params.channel_id, deleted: true }
  })
  route(app, endpoints.listNotificationDeliveries, async ({ ctx, params, query }) => listDeliveries(ctx, params.channel_id, query))
  route(app, endpoints.sendNotificationAgain, async ({ ctx, params }) => sendAgain(ctx, params.channel_id, params.delivery_id))
  route(app, endpoints.createNotificationRule, async ({ ctx, body }) => createRule(ctx, body))
  route(app, endpoints.deleteNotificationRule, async ({ ctx, params }) => {
    await deleteRule(ctx, params.rule_id)
    return { id: params.rule_id, deleted: true }
  })
}
