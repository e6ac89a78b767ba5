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

/** Sum of numbers, each of them taken as 1e299 at most in size, so that the sum is no more than the largest double. */
export const boundedSum = (value: SQLWrapper) => sql<number>`sum(least(greatest(${value}, -1e299::float8), 1e299::float8))`

/**
 * Mean of numbers of any size; null for none. `avg` also squares what it sums, and fails beyond 1e154. A power of two makes room for sums;
 * what is too small to be divided by it counts as 0, and the last digit may not lead beyond the largest double.
 */
export const meanOf = (value: SQLWrapper) => sql<number | null>`
  least(greatest(sum(case when abs(${value}) < 1e-290 then 0 else ${value} / 2 ^ 30 end) / nullif(count(${value}), 0), -1.797e308 / 2 ^ 30), 1.797e308 / 2 ^ 30) * 2 ^ 30`
