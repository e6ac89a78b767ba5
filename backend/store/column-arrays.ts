import { type SQL, sql } from "drizzle-orm"
import { cleanText } from "../base/json.ts"

/** What a column of many rows is sent as: an array in Postgres' binary format, in which nothing is escaped, and which the server need not parse. */
interface Kind {
  /** The object identifier of the elements' type. */
  oid: number
  array: string
  /** What the elements become, where no array of that type is sent. */
  becomes?: string
  /** How many bytes an element takes; null where that depends on its value, which is a text. */
  bytes: number | null
}

const kinds = {
  text: { oid: 25, array: "text[]", bytes: null },
  /** JSON text that Postgres can store. */
  json: { oid: 114, array: "json[]", bytes: null },
  numeric: { oid: 25, array: "text[]", becomes: "numeric", bytes: null },
  /** Lists, as `arrayText` writes them. */
  texts: { oid: 25, array: "text[]", becomes: "text[]", bytes: null },
  int4: { oid: 23, array: "int4[]", bytes: 4 },
  int8: { oid: 20, array: "int8[]", bytes: 8 },
  float8: { oid: 701, array: "float8[]", bytes: 8 },
} as const satisfies Record<string, Kind>

export type ColumnValue = string | number | null | undefined

/** Dimensions, flags, type, length, first index. */
const headerBytes = 20

/** The values of a column, for the select list of an insert: as many rows come of it as there are values, in their order. */
export function columnOf(kind: keyof typeof kinds, values: readonly ColumnValue[]): SQL {
  const { array, becomes }: Kind = kinds[kind]
  const unnested = sql`unnest(${sql.param(arrayOf(kinds[kind], values))}::${sql.raw(array)})`
  return becomes === undefined ? unnested : sql`${unnested}::${sql.raw(becomes)}`
}

/** A list of texts as Postgres writes an array of them. */
export const arrayText = (texts: readonly string[]): string => `{${texts.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`).join(",")}}`

function arrayOf({ oid, bytes }: Kind, given: readonly ColumnValue[]): Buffer {
  const values = given.map((value) => (typeof value === "string" ? cleanText(value) : value))
  let size = headerBytes
  for (const value of values) size += 4 + (typeof value === "string" ? Buffer.byteLength(value) : (bytes ?? 0))
  const buffer = Buffer.allocUnsafe(size)
  let at = buffer.writeInt32BE(1, 0)
  at = buffer.writeInt32BE(1, at)
  at = buffer.writeInt32BE(oid, at)
  at = buffer.writeInt32BE(values.length, at)
  at = buffer.writeInt32BE(1, at)
  for (const value of values) {
    // As in JSON, what is no finite number is none.
    if (value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value))) {
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const length = typeof value === "string" ? buffer.write(value, at + 4) : (bytes as number)
    at = buffer.writeInt32BE(length, at)
    if (oid === kinds.int4.oid) buffer.writeInt32BE(value as number, at)
    else if (oid === kinds.int8.oid) buffer.writeBigInt64BE(BigInt(value), at)
    else if (oid === kinds.float8.oid) buffer.writeDoubleBE(value as number, at)
    at += length
  }
  return buffer.subarray(0, at)
}
