import { comparisonTables, endpoints } from "../../../contract/index.ts"
import { pinBaseline, unpinBaseline } from "../../services/environments/baseline.ts"
import { compareEvaluations } from "../../services/evaluations/compare/compare-evaluations.ts"
import { compareHealth } from "../../services/evaluations/compare/compare-health.ts"
import { comparisonTable } from "../../services/evaluations/compare/comparison-table.ts"
import { gateText, gateVerdict } from "../../services/evaluations/compare/gate-verdict.ts"
import { listComparedExamples } from "../../services/evaluations/compare/list-compared-examples.ts"
import { wholeText } from "../../services/evaluations/exports/read-result.ts"
import { streamDownload } from "../download.ts"
import { type App, route } from "../route.ts"

/** Before the routes of one evaluation, which would take `compare` for its id. */
export function compareRoutes(app: App): void {
  route(app, endpoints.pinBaseline, async ({ ctx, params, body }) => ({
    data: await pinBaseline(ctx, params.owner, params.name, body.evaluation_id),
  }))
  route(app, endpoints.unpinBaseline, async ({ ctx, params }) => {
    await unpinBaseline(ctx, params.owner, params.name)
    return new Response(null, { status: endpoints.unpinBaseline.status })
  })
  route(app, endpoints.compareEvaluations, async ({ ctx, query }) => compareEvaluations(ctx, query))
  route(app, endpoints.listComparedExamples, async ({ ctx, query }) => listComparedExamples(ctx, query))
  route(app, endpoints.compareHealth, async ({ ctx, query }) => compareHealth(ctx, query))
  route(app, endpoints.exportComparison, async ({ ctx, query }) => {
    const { contentType, file } = comparisonTables[query.format]
    return streamDownload(wholeText(await comparisonTable(ctx, query)), contentType, file)
  })
  route(app, endpoints.gateEvaluation, async ({ ctx, query, request }) => {
    const verdict = await gateVerdict(ctx, query)
    const isJson = /\bapplication\/json\b/i.test(request.headers.get("accept") ?? "")
    return new Response(isJson ? JSON.stringify(verdict) : gateText(verdict, ctx.config.publicUrl), {
      status: verdict.passed ? endpoints.gateEvaluation.status : endpoints.gateEvaluation.refusal[0],
      headers: { "content-type": isJson ? "application/json" : "text/plain; charset=utf-8", "cache-control": "no-store" },
    })
  })
}
