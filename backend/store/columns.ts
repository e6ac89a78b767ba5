import { type SQLWrapper, sql } from "drizzle-orm"
import { customType, timestamp } from "drizzle-orm/pg-core"
import { type Exactness, parseExact, stringifyExact } from "../../contract/index.ts"

/** A moment, to the millisecond, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** JSON with names in their order and numbers as they were written: `json`, where `jsonb` would sort and rewrite them. */
export const exactJson = <T>(name: string, exactness: Exactness = "large") =>
  customType<{ data: T; driverData: string }>({
    dataType: () => "json",
    toDriver: (value) => stringifyExact(value),
    fromDriver: (text) => parseExact(text, exactness) as T,
  })(name)

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" })

/** Mean of numbers of any size; null for none. `avg` also squares what it sums, and fails beyond 1e154; a power of two makes room for sums. */
export const meanOf = (value: SQLWrapper) => sql<number | null>`sum(${value} / 2 ^ 30) / nullif(count(${value}), 0) * 2 ^ 30`
