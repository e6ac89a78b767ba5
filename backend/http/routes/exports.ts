import { endpoints, exportFormats, exportIds } from "../../../contract/index.ts"
import { exporters } from "../../services/evaluations/exports/registry.ts"
import { streamDownload } from "../download.ts"
import { type App, route } from "../route.ts"

/** One download per export format. */
export function exportRoutes(app: App): void {
  for (const id of exportIds) {
    const { contentType, file } = exportFormats[id]
    route(app, endpoints[id], async ({ ctx, params }) => streamDownload(await exporters[id](ctx, params.evaluation_id), contentType, file))
  }
}
