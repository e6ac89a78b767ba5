/** What a span is told beside its name. Values of people (texts, statements, keys) are none of it. */
export type Attributes = Record<string, string | number | boolean | undefined>

/** A piece of work that is measured. */
export interface Span {
  rename: (name: string) => void
  set: (attributes: Attributes) => void
  /** @param error what the work failed with */
  end: (error?: unknown) => void
}

export interface SpanOptions {
  kind?: "server" | "client"
  attributes?: Attributes
  /** The W3C header of whoever asked: their trace goes on here. */
  traceparent?: string | undefined
}

/** What measures, where somebody has said where traces go. */
export interface Tracer {
  /** Begins a span below the one that is active, or apart from it, and makes it active for no work. */
  begin: (name: string, options: SpanOptions) => Span
  /** The same, active for some work. */
  within: <T>(name: string, options: SpanOptions, work: (span: Span) => T) => T
  /** The id of the trace that is active. */
  traceId: () => string | undefined
  /** Sends what is left. */
  close: () => Promise<void>
}
