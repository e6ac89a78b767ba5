import type * as z from "zod"
import type { Permission } from "./permissions.ts"

export type Method = "get" | "post" | "put" | "patch" | "delete"

/** Who may call: anybody; anybody, but a caller who says who they are sees more; only callers with a key or session. */
export type Access = "public" | "optional" | "required"

/** What the answer is made of: one JSON object, nothing (204), or bytes that the route streams itself. */
export type AnswerKind = "json" | "empty" | "stream"

export interface Endpoint {
  method: Method
  /** Below /api/v1, in OpenAPI notation: /evaluations/{evaluation_id}. A trailing slash is part of the contract. */
  path: string
  group: string
  summary: string
  access: Access
  /** A run's own token may call this when the run was started with that permission; without one, most services refuse runs. */
  permission?: Permission
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** Whole samples, or their summaries, come or go: megabytes whose numbers change only where a double would change them. */
  rows?: boolean
  /** NaN and infinities, which Python writes into JSON, are taken as null, and counted. */
  lenient?: boolean
  /** The body is raw bytes, or a multipart form of these, read by the route itself. */
  rawBody?: boolean | "form"
  /** How much of a JSON body is read, where that differs from what all others take. */
  bodyBytesMax?: number
  /** Limited by how many of a caller's requests are under way at once, not by how many come in a minute. */
  isUpload?: boolean
  /** Requests a minute of one caller where that differs from the setting of the platform; they count apart. */
  perMinute?: number
  status: number
  answer: AnswerKind
  response: z.ZodType
  /** What a stream is made of; other answers are JSON. */
  contentType?: string | readonly string[]
  /** Another status with the same body as the usual one: its number, and what it says. */
  refusal?: readonly [status: number, description: string]
  /** Not part of Prime's public API: announced by GET /capabilities, and clients must live without it. */
  extension?: boolean
  /** The error status of a deployment that has not what this needs. */
  unavailable?: 501 | 503
}

/** Keeps the literal types of one entry, so that routes and clients are typed by the table. */
export function endpoint<const E extends Endpoint>(entry: E): E {
  return entry
}
