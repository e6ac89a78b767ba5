import { streamSSE } from "hono/streaming"
import { endpoints } from "../../../contract/index.ts"
import { requireUser } from "../../services/context.ts"
import { bulkEvaluations } from "../../services/evaluations/bulk-evaluations.ts"
import { cancelEvaluation } from "../../services/evaluations/cancel-evaluation.ts"
import { createEvaluation } from "../../services/evaluations/create-evaluation.ts"
import { deleteEvaluation, deleteEvaluations } from "../../services/evaluations/delete-evaluation.ts"
import { finalizeEvaluation } from "../../services/evaluations/finalize-evaluation.ts"
import { getEvaluation, getRunStatistics } from "../../services/evaluations/get-evaluation.ts"
import { importRun } from "../../services/evaluations/imports/import-run.ts"
import { createHostedEvaluation } from "../../services/evaluations/launch/create-hosted-evaluation.ts"
import { launchSuite } from "../../services/evaluations/launch/launch-suite.ts"
import { scoreAgain } from "../../services/evaluations/launch/score-again.ts"
import { listEvaluationModels, listEvaluations, listEvaluationTags } from "../../services/evaluations/list-evaluations.ts"
import { noteLostValues } from "../../services/evaluations/lost-values.ts"
import { pushSamples } from "../../services/evaluations/push-samples.ts"
import { readAttempts } from "../../services/evaluations/read-attempts.ts"
import { downloadLog, findLogHits, getLogText, listLogLines } from "../../services/evaluations/read-logs.ts"
import { readSampleNodes } from "../../services/evaluations/read-sample-nodes.ts"
import { getSample, getSamples, listErrorGroups, listSampleSummaries } from "../../services/evaluations/read-samples.ts"
import { resumeEvaluation } from "../../services/evaluations/resume-evaluation.ts"
import { viewerUrl } from "../../services/evaluations/to-evaluation.ts"
import { updateEvaluationFields } from "../../services/evaluations/update-evaluation.ts"
import { watchEvaluations } from "../../services/evaluations/watch-evaluations.ts"
import { runFindings } from "../../services/findings/run-findings.ts"
import { searchRuns } from "../../services/search/search-runs.ts"
import { bodyPieces } from "../read-body.ts"
import { type App, contextFor, route } from "../route.ts"

export function evaluationRoutes(app: App): void {
  route(app, endpoints.createHostedEvaluation, async ({ ctx, body }) => {
    const rows = await createHostedEvaluation(ctx, body)
    const ids = rows.map((row) => row.id)
    return { evaluation_id: ids[0] as string, evaluation_ids: ids, status: rows[0]?.status ?? "PENDING", sandbox_id: null, error: null }
  })
  route(app, endpoints.launchSuite, async ({ ctx, body }) => launchSuite(ctx, body))
  route(app, endpoints.cancelHostedEvaluation, async ({ ctx, params }) => {
    const row = await cancelEvaluation(ctx, params.evaluation_id)
    const message = row.status === "CANCELLED" ? "The evaluation is stopped" : "The evaluation is being stopped"
    return { success: true, message, evaluation_id: row.id, status: row.status }
  })
  route(app, endpoints.resumeHostedEvaluation, async ({ ctx, params, body }) => {
    const row = await resumeEvaluation(ctx, params.evaluation_id, body)
    return { evaluation_id: row.id, evaluation_ids: [row.id], status: row.status, sandbox_id: null, error: null }
  })
  route(app, endpoints.scoreAgain, async ({ ctx, params, body }) => {
    const row = await scoreAgain(ctx, params.evaluation_id, body)
    return { evaluation_id: row.id, evaluation_ids: [row.id], status: row.status, sandbox_id: null, error: null }
  })
  route(app, endpoints.listAttempts, async ({ ctx, params }) => readAttempts(ctx, params.evaluation_id))
  route(app, endpoints.getHostedEvaluationLogs, async ({ ctx, params }) => ({
    evaluation_id: params.evaluation_id,
    logs: await getLogText(ctx, params.evaluation_id),
    sandbox_id: null,
  }))

  route(app, endpoints.listEvaluations, async ({ ctx, query }) => listEvaluations(ctx, query))
  route(app, endpoints.listEvaluationModels, async ({ ctx, query }) => ({ models: await listEvaluationModels(ctx, query) }))
  route(app, endpoints.listEvaluationTags, async ({ ctx }) => ({ tags: await listEvaluationTags(ctx) }))
  route(app, endpoints.searchRuns, async ({ ctx, query }) => searchRuns(ctx, query))
  route(app, endpoints.createEvaluation, async ({ ctx, body, nonFinite }) => {
    const row = await createEvaluation(ctx, body)
    await noteLostValues(ctx, row.id, nonFinite)
    return {
      evaluation_id: row.id,
      name: row.name,
      status: row.status,
      eval_type: row.evalType,
      environment_ids: row.environments.map((one) => one.id),
      suite_id: row.suiteId,
      run_id: row.runId,
      version_id: row.versionId,
      viewer_url: viewerUrl(ctx.config.publicUrl, row.id),
      created_at: row.createdAt.toISOString(),
    }
  })
  route(app, endpoints.importEvaluation, async ({ ctx, query, request }) => {
    const endless = { bytesMax: Number.POSITIVE_INFINITY, totalMs: Number.POSITIVE_INFINITY }
    const row = await importRun(ctx, bodyPieces(request.body, endless), { ...query, isGone: () => request.signal.aborted })
    return { evaluation_id: row.id, name: row.name, total_samples: row.samplesDone, viewer_url: viewerUrl(ctx.config.publicUrl, row.id) }
  })
  route(app, endpoints.bulkDeleteEvaluations, async ({ ctx, body }) => deleteEvaluations(ctx, body.evaluation_ids))
  route(app, endpoints.bulkEvaluations, async ({ ctx, body }) => bulkEvaluations(ctx, body))
  route(app, endpoints.getEvaluation, async ({ ctx, params }) => getEvaluation(ctx, params.evaluation_id))
  route(app, endpoints.updateEvaluation, async ({ ctx, params, body, nonFinite }) => {
    const row = await updateEvaluationFields(ctx, params.evaluation_id, body)
    await noteLostValues(ctx, row.id, nonFinite)
    return { evaluation_id: row.id, name: row.name, status: row.status, updated_at: row.updatedAt.toISOString() }
  })
  route(app, endpoints.deleteEvaluation, async ({ ctx, params }) => {
    await deleteEvaluation(ctx, params.evaluation_id)
    return { evaluation_id: params.evaluation_id, deleted: true }
  })
  route(app, endpoints.pushSamples, async ({ ctx, params, body, request, nonFinite }) => {
    const received = { isGone: () => request.signal.aborted, nonFinite }
    const { evaluation, stored } = await pushSamples(ctx, params.evaluation_id, body.samples, received)
    return { evaluation_id: evaluation.id, samples_pushed: stored, status: evaluation.status }
  })
  route(app, endpoints.finalizeEvaluation, async ({ ctx, params, body, nonFinite }) => {
    const answer = await finalizeEvaluation(ctx, params.evaluation_id, body?.metrics ?? null)
    await noteLostValues(ctx, params.evaluation_id, nonFinite)
    return answer
  })
  route(app, endpoints.getSamples, async ({ ctx, params, query }) => {
    const { samples, total, pages } = await getSamples(ctx, params.evaluation_id, query.page, query.limit)
    return { evaluation_id: params.evaluation_id, samples, total, page: query.page, limit: query.limit, total_pages: pages }
  })
  route(app, endpoints.listSampleSummaries, async ({ ctx, params, query }) => listSampleSummaries(ctx, params.evaluation_id, query))
  route(app, endpoints.getRunFindings, async ({ ctx, params }) => runFindings(ctx, params.evaluation_id))
  route(app, endpoints.listSampleNodes, async ({ ctx, params, query }) =>
    readSampleNodes(ctx, params.evaluation_id, params.sample_id, query),
  )
  route(app, endpoints.getSample, async ({ ctx, params }) => getSample(ctx, params.evaluation_id, params.sample_id))
  route(app, endpoints.getRunStatistics, async ({ ctx, params, query }) =>
    getRunStatistics(ctx, params.evaluation_id, query.pass_threshold),
  )
  route(app, endpoints.listErrorGroups, async ({ ctx, params }) => listErrorGroups(ctx, params.evaluation_id))
  route(app, endpoints.listLogLines, async ({ ctx, params, query }) => listLogLines(ctx, params.evaluation_id, query))
  route(app, endpoints.findLogHits, async ({ ctx, params, query }) => findLogHits(ctx, params.evaluation_id, query))
  route(app, endpoints.downloadLog, async ({ ctx, params, query }) => {
    const { body, filename, contentType } = await downloadLog(ctx, params.evaluation_id, query)
    return new Response(body, {
      headers: {
        "content-type": contentType,
        "content-disposition": `attachment; filename="${filename}"`,
        "cache-control": "no-store, no-transform",
        "x-content-type-options": "nosniff",
      },
    })
  })
}

const pingEveryMs = 15_000

/** The event stream needs Hono's own context, so it is served without `route`. */
export function eventRoutes(app: App): void {
  app.get(endpoints.streamEvents.path, (c) => {
    requireUser(c.var.ctx)
    const ctx = contextFor(c.var.ctx, endpoints.streamEvents)
    const response = streamSSE(c, async (stream) => {
      const watch = watchEvaluations(ctx)
      stream.onAbort(watch.stop)
      await stream.writeSSE({ event: "hello", data: "{}", retry: 1000 })
      const ping = setInterval(() => void stream.write(": ping\n\n"), pingEveryMs)
      try {
        for await (const notices of watch.notices)
          if (notices === "missed") await stream.writeSSE({ event: "hello", data: "{}" })
          // In one piece, which costs as much as a single event.
          else await stream.write(notices.map((notice) => `event: evaluation\ndata: ${JSON.stringify(notice)}\n\n`).join(""))
      } finally {
        clearInterval(ping)
        watch.stop()
      }
    })
    // Set after streamSSE, which sets its own: without no-transform a compressing proxy would hold every event back.
    response.headers.set("cache-control", "no-cache, no-transform")
    response.headers.set("x-accel-buffering", "no")
    return response
  })
}
