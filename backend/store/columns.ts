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
