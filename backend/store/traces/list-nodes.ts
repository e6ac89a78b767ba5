import { and, asc, eq, gt, inArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { traceCalls, traceNodes } from "../schema.ts"

const nodeFields = {
  node: traceNodes.node,
  parent: traceNodes.parent,
  role: traceNodes.role,
  sampled: traceNodes.sampled,
  at: traceNodes.at,
  start: traceNodes.start,
  length: traceNodes.length,
  links: traceNodes.links,
}

export interface NodeFilter {
  role?: string[] | null | undefined
  sampled?: boolean | null | undefined
}

/** Messages of a trace behind a place, without what they say. */
export const listNodes = (db: Db, traceKey: number, after: number, limit: number, { role, sampled }: NodeFilter = {}) =>
  db
    .select(nodeFields)
    .from(traceNodes)
    .where(
      and(
        eq(traceNodes.traceKey, traceKey),
        gt(traceNodes.node, after),
        role?.length ? inArray(traceNodes.role, role) : undefined,
        typeof sampled === "boolean" ? eq(traceNodes.sampled, sampled) : undefined,
      ),
    )
    .orderBy(asc(traceNodes.node))
    .limit(limit)

/** The messages of several traces, without what they say. */
export const listNodesOf = (db: Db, traceKeys: number[], role: string | null) =>
  db
    .select({ traceKey: traceNodes.traceKey, ...nodeFields })
    .from(traceNodes)
    .where(and(sql`${traceNodes.traceKey} = any(${sql.param(traceKeys)}::bigint[])`, role === null ? undefined : eq(traceNodes.role, role)))
    .orderBy(asc(traceNodes.traceKey), asc(traceNodes.node))

export interface CallFilter {
  model?: string[] | null | undefined
  finish_reason?: string[] | null | undefined
}

/** Model calls of a trace behind a place. */
export const listCalls = (db: Db, traceKey: number, after: number, limit: number, { model, finish_reason: reason }: CallFilter = {}) =>
  db
    .select({
      call: traceCalls.call,
      node: traceCalls.node,
      timeStart: traceCalls.timeStart,
      timeEnd: traceCalls.timeEnd,
      model: traceCalls.model,
      endpoint: traceCalls.endpoint,
      finishReason: traceCalls.finishReason,
      usage: traceCalls.usage,
      error: traceCalls.error,
    })
    .from(traceCalls)
    .where(
      and(
        eq(traceCalls.traceKey, traceKey),
        gt(traceCalls.call, after),
        model?.length ? inArray(traceCalls.model, model) : undefined,
        reason?.length ? sql`${traceCalls.finishReason} = any(${sql.param(reason)}::text[])` : undefined,
      ),
    )
    .orderBy(asc(traceCalls.call))
    .limit(limit)
