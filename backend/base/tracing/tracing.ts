import type { Span, SpanOptions, Tracer } from "./tracer.ts"

export type { Span }

// Next holds several copies of each module in one process.
const shared = globalThis as { hostedEvalsTracer?: Tracer | undefined }

const nothing: Span = { rename: () => {}, set: () => {}, end: () => {} }

/**
 * Begins to trace this process where OTEL_EXPORTER_OTLP_ENDPOINT (or ..._TRACES_ENDPOINT) says where to. Otherwise nothing is loaded, and all below costs
 * a look at one variable.
 * @param part which process it is: web or worker
 */
export async function startTracing(part: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (shared.hostedEvalsTracer || !(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)) return
  if (env.OTEL_SDK_DISABLED === "true") return
  const { openTracer } = await import("./otlp.ts")
  shared.hostedEvalsTracer = openTracer(part)
}

/** Ends tracing, and sends what is left of it. */
export async function stopTracing(): Promise<void> {
  const tracer = shared.hostedEvalsTracer
  shared.hostedEvalsTracer = undefined
  await tracer?.close()
}

export const isTracing = (): boolean => shared.hostedEvalsTracer !== undefined

/** A span for work that goes on beside others, such as an attempt of a run. Whoever begins it ends it. */
export const beginSpan = (name: string, options: SpanOptions = {}): Span => shared.hostedEvalsTracer?.begin(name, options) ?? nothing

/** Does some work within a span, which ends with it. */
export function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const tracer = shared.hostedEvalsTracer
  if (!tracer) return work(nothing)
  return tracer.within(name, options, async (span) => {
    try {
      const result = await work(span)
      span.end()
      return result
    } catch (error) {
      span.end(error)
      throw error
    }
  })
}

/** The id of the trace of the present work, for logs and answers. */
export const traceId = (): string | undefined => shared.hostedEvalsTracer?.traceId()
