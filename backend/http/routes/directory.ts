import { endpoints } from "../../../contract/index.ts"
import {
  createDirectoryToken,
  listDirectoryGroups,
  listDirectoryTokens,
  mapDirectoryGroup,
  revokeDirectoryToken,
} from "../../services/directory/manage.ts"
import { type App, route } from "../route.ts"

const status = "success"

export function directoryRoutes(app: App): void {
  route(app, endpoints.listDirectoryTokens, async ({ ctx, query }) => ({ ...(await listDirectoryTokens(ctx, query)), ...query, status }))
  route(app, endpoints.createDirectoryToken, async ({ ctx, body }) => ({ data: await createDirectoryToken(ctx, body), status }))
  route(app, endpoints.revokeDirectoryToken, async ({ ctx, params }) => {
    await revokeDirectoryToken(ctx, params.token_id)
    return { id: params.token_id, revoked: true }
  })
  route(app, endpoints.listDirectoryGroups, async ({ ctx, query }) => ({ ...(await listDirectoryGroups(ctx, query)), ...query, status }))
  route(app, endpoints.mapDirectoryGroup, async ({ ctx, params, body }) => ({
    data: await mapDirectoryGroup(ctx, params.group_id, body),
    status,
  }))
}
