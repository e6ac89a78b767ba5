import { customType, timestamp } from "drizzle-orm/pg-core"

/** A moment, to the millisecond, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" })
