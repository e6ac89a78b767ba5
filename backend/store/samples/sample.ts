import { sql } from "drizzle-orm"
import type { JsonObject } from "../../../contract/index.ts"
import { samples } from "../schema.ts"

export type SampleRecord = typeof samples.$inferSelect

export type NewSample = Omit<typeof samples.$inferInsert, "seq" | "evaluationId" | "attempt" | "supersedes" | "superseded" | "redo"> & {
  body: JsonObject
  /** Takes the place of the sample that an earlier attempt stored for the same rollout. */
  replaces?: boolean
}

/** A sample that is new, and the one whose place it took. */
export interface StoredSample {
  sample: NewSample
  supersedes: string | null
}

export const current = sql`not ${samples.superseded}`
