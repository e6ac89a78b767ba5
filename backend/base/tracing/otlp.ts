import { AsyncLocalStorage } from "node:async_hooks"
import { type Context, type Span as OtelSpan, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api"
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http"
import { resourceFromAttributes } from "@opentelemetry/resources"
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base"
import { toError } from "../errors.ts"
import type { Attributes, Span, SpanOptions, Tracer } from "./tracer.ts"

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT }

/**
 * Sends spans by OTLP over HTTP (JSON), in batches. The standard variables are the exporter's and the provider's own: where to, headers, limits, and
 * which traces are kept (OTEL_TRACES_SAMPLER).
 */
export function openTracer(part: string): Tracer {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": process.env.OTEL_SERVICE_NAME ?? "hosted-evals",
      "service.instance.id": `${part}-${process.pid}`,
      "hosted_evals.process": part,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  const tracer = provider.getTracer("hosted-evals")
  const active = new AsyncLocalStorage<Context>()
  const start = (name: string, { kind, attributes = {}, traceparent }: SpanOptions) => {
    const parent = traceparent === undefined ? (active.getStore() ?? ROOT_CONTEXT) : (contextOf(traceparent) ?? ROOT_CONTEXT)
    const span = tracer.startSpan(name, { kind: kind ? kinds[kind] : SpanKind.INTERNAL, attributes: told(attributes) }, parent)
    return { span, context: trace.setSpan(parent, span) }
  }
  return {
    begin: (name, options) => toSpan(start(name, options).span),
    within: (name, options, work) => {
      const { span, context } = start(name, options)
      return active.run(context, () => work(toSpan(span)))
    },
    traceId: () => trace.getSpanContext(active.getStore() ?? ROOT_CONTEXT)?.traceId,
    close: () => provider.shutdown().catch(() => {}),
  }
}

function toSpan(span: OtelSpan): Span {
  return {
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(told(attributes)),
    end: (error) => {
      // The kind of error alone: its message may quote what people wrote.
      if (error !== undefined) {
        span.setAttribute("error.type", toError(error).name)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  }
}

const told = (attributes: Attributes) =>
  Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined))

/** The context of a traceparent header (W3C Trace Context, version 00); undefined for what is none. */
function contextOf(traceparent: string): Context | undefined {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent.trim()) ?? []
  if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}
