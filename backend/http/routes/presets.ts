import { endpoints } from "../../../contract/index.ts"
import { deletePreset, readPresets, renamePreset, savePreset } from "../../services/presets/presets.ts"
import { type App, route } from "../route.ts"

export function presetRoutes(app: App): void {
  route(app, endpoints.listPresets, async ({ ctx, query }) => readPresets(ctx, query.environment_id))
  route(app, endpoints.savePreset, async ({ ctx, body }) => savePreset(ctx, body))
  route(app, endpoints.renamePreset, async ({ ctx, params, body }) => renamePreset(ctx, params.preset_id, body.name))
  route(app, endpoints.deletePreset, async ({ ctx, params }) => {
    await deletePreset(ctx, params.preset_id)
    return { id: params.preset_id, deleted: true }
  })
}
