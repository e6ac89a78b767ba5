import * as z from "zod"
import { limits } from "./limits.ts"

export type JsonObject = Record<string, unknown>

/** Any JSON object, with every name that it has: a record of zod leaves out one that is called __proto__. */
export const JsonObject = z
  .unknown()
  .check(({ value, issues }) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      issues.push({ code: "invalid_type", expected: "record", input: value })
  })
  .meta({ type: "object", additionalProperties: {} }) as unknown as z.ZodType<JsonObject>

/** An object of values of one kind, with every name that it has, as JsonObject. */
export const namedValues = <T>(kind: z.ZodType<T>) => {
  const { $schema: _, ...values } = z.toJSONSchema(kind)
  return JsonObject.check(({ value, issues }) => {
    for (const [name, one] of Object.entries(value)) {
      const { error } = kind.safeParse(one)
      for (const issue of error?.issues ?? []) issues.push({ ...issue, code: "custom", path: [name, ...issue.path], input: one })
    }
  }).meta({ type: "object", additionalProperties: values }) as unknown as z.ZodType<Record<string, T>>
}

/** ISO 8601 in UTC, ending in Z. */
export const Timestamp = z.iso.datetime({ offset: true, local: true })

/** Whether an address holds a name or a password, which would be shown and logged with it. */
export const hasCredentials = (url: string): boolean => URL.canParse(url) && new URL(url).username + new URL(url).password !== ""

export const Id = z.string().min(1).max(100)

/** A boolean in a query string. `z.coerce.boolean` would read "false" as true. */
export const QueryFlag = z.stringbool()

/** Prime's envelope of one thing. */
export const answerOf = <T extends z.ZodType>(data: T) => z.object({ data, status: z.string().nullable() })

/** Prime's envelope of a page. */
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({ data: z.array(row), total_count: z.int(), offset: z.int(), limit: z.int(), status: z.string().nullable() })

export const PageQuery = z.object({
  offset: z.coerce.number().int().min(0).max(limits.offsetMax).default(0),
  limit: z.coerce.number().int().min(1).max(limits.namesPageMax).default(100),
})
export type PageQuery = z.infer<typeof PageQuery>

/**
 * One body for both kinds of client: `detail` is what the prime CLI reads (a sentence, or a list of
 * {loc, msg} for 422), `errors` is what the public API reference documents.
 */
export const ErrorBody = z
  .object({
    detail: z.union([
      z.string(),
      z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string(), type: z.string() })),
    ]),
    errors: z.array(z.object({ param: z.string(), details: z.string() })),
    code: z.string(),
    trace_id: z.string().optional().describe("The trace of the request, where the platform is traced (OpenTelemetry)"),
    error: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .describe("Prime Traces' own word for it, by which its clients decide"),
  })
  .meta({ id: "ErrorResponse" })
export type ErrorBody = z.infer<typeof ErrorBody>
