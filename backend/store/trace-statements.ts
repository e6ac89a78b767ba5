import type pg from "pg"
import { inSpan, isTracing, traceId } from "../base/tracing/tracing.ts"

/** What a statement does to which table: its text and its values may hold what people wrote, and stay here. */
function nameOf(text: string): { operation: string; table: string | undefined } {
  const operation = /^\s*(?:with\b[\s\S]*?\)\s*)?(\w+)/i.exec(text)?.[1]?.toLowerCase() ?? "statement"
  const named = operation === "select" ? withoutQueriesInside(text) : text
  return { operation, table: /\b(?:from|into|update|join)\s+"?(?:public"?\.)?"?([a-z_][a-z0-9_]*)"?/i.exec(named)?.[1] }
}

/** What is selected may be queries itself, of other tables than the one that the statement is about. */
function withoutQueriesInside(text: string): string {
  const outer = text.replace(/(?<!\b(?:from|join)\s*)\([^()]*\)/gi, "")
  return outer === text ? text : withoutQueriesInside(outer)
}

/**
 * Has the statements measured that a pool or a connection is asked for and that belong to a trace, where there is tracing. Others would be traces of one span
 * each. A pool asks its connections with callbacks, which is the same statement once more.
 */
export function traceStatements(target: Pick<pg.Pool, "query">): void {
  if (!isTracing()) return
  const query = target.query.bind(target) as (...values: unknown[]) => unknown
  target.query = ((...values: unknown[]) => {
    const [first] = values
    const text = typeof first === "string" ? first : (first as { text?: unknown } | null)?.text
    const givesPromise =
      values.every((value) => typeof value !== "function") && typeof (first as { submit?: unknown })?.submit !== "function"
    if (typeof text !== "string" || !givesPromise || traceId() === undefined) return query(...values)
    const { operation, table } = nameOf(text)
    const attributes = { "db.system.name": "postgresql", "db.operation.name": operation, "db.collection.name": table }
    return inSpan(table ? `${operation} ${table}` : operation, { kind: "client", attributes }, () => query(...values) as Promise<unknown>)
  }) as typeof target.query
}
