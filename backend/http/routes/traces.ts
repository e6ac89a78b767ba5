import { Readable } from "node:stream"
import { endpoints, limits } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { deleteRunTraces, deleteTrace } from "../../services/traces/delete-traces.ts"
import * as traces from "../../services/traces/read-traces.ts"
import { searchTraceRun } from "../../services/traces/search-run.ts"
import { rejected } from "../../services/traces/trace-error.ts"
import { uploadTraces } from "../../services/traces/upload-traces.ts"
import { FormError } from "../form-file.ts"
import { formParts } from "../form-parts.ts"
import { bodyPieces } from "../read-body.ts"
import { type App, route } from "../route.ts"

/** What a form has beside its lines. */
const formBytes = 1024 * 1024

/** Traces of verifiers v1, spoken as Prime Traces. */
export function traceRoutes(app: App): void {
  route(app, endpoints.uploadTraces, async ({ ctx, request }) => {
    const bounds = { bytesMax: limits.traceUploadBytesMax + formBytes, totalMs: Number.POSITIVE_INFINITY }
    const body = unbroken(bodyPieces(request.body, bounds))
    try {
      return await uploadTraces(ctx, {
        idempotencyKey: request.headers.get("idempotency-key") ?? undefined,
        lineFormat: request.headers.get("x-prime-line-format") ?? undefined,
        parts: formParts(request.headers.get("content-type") ?? undefined, body),
      })
    } catch (error) {
      if (error instanceof FormError) throw rejected("invalid_metadata", error.message)
      if (error instanceof ServiceError && error.code === "too_large") throw rejected("upload_too_large", error.message)
      throw error
    }
  })
  route(app, endpoints.listTraces, async ({ ctx, query }) => traces.listTraces(ctx, query))
  route(app, endpoints.deleteRunTraces, async ({ ctx, query }) => {
    await deleteRunTraces(ctx, query.run_id)
    return new Response(null, { status: 202 })
  })
  route(app, endpoints.getTrace, async ({ ctx, params, query }) =>
    query.raw ? document(await traces.getTraceDocument(ctx, params.trace_id)) : traces.getTrace(ctx, params.trace_id),
  )
  route(app, endpoints.deleteTrace, async ({ ctx, params, query }) => {
    await deleteTrace(ctx, params.trace_id, query.created_at ?? null)
    return new Response(null, { status: 202 })
  })
  route(app, endpoints.listTraceNodes, async ({ ctx, params, query }) => traces.listTraceNodes(ctx, params.trace_id, query))
  route(app, endpoints.listTraceCalls, async ({ ctx, params, query }) => traces.listTraceCalls(ctx, params.trace_id, query))
  route(app, endpoints.listEpisodes, async ({ ctx, query }) => traces.listEpisodes(ctx, query))
  route(app, endpoints.getEpisode, async ({ ctx, params, query }) =>
    query.raw ? document(await traces.getEpisodeDocument(ctx, params.episode_id, query.whole)) : traces.getEpisode(ctx, params.episode_id),
  )
  route(app, endpoints.listEpisodeTraces, async ({ ctx, params, query }) => traces.listEpisodeTraces(ctx, params.episode_id, query))
  route(app, endpoints.listTraceRuns, async ({ ctx, query }) => traces.listTraceRuns(ctx, query))
  route(app, endpoints.getTraceRun, async ({ ctx, params }) => traces.getTraceRun(ctx, params.run_id))
  route(app, endpoints.listTraceRunSteps, async ({ ctx, params }) => traces.listTraceRunSteps(ctx, params.run_id))
  route(app, endpoints.searchTraceRun, async ({ ctx, params, query }) => searchTraceRun(ctx, params.run_id, query))
}

/** A body whose client may go away. */
async function* unbroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw error instanceof ServiceError ? error : new FormError("The upload broke off before it was whole")
  }
}

/** Stored JSON, byte for byte. */
const document = (bytes: AsyncIterable<Uint8Array>): Response =>
  new Response(Readable.toWeb(Readable.from(bytes)) as ReadableStream, {
    headers: { "content-type": "application/json", "cache-control": "no-store, no-transform" },
  })
