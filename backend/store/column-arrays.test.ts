import { sql } from "drizzle-orm"
import { expect, test } from "vitest"
import { testPlatform } from "../testing/test-platform.ts"
import { arrayText, columnOf } from "./column-arrays.ts"

const platform = testPlatform()

test("columns arrive as they were given, row by row", async () => {
  const lists = [["a", 'say "hi"', "back\\slash", "{,}", ""], [], ["NULL", "é😀"]]
  const { rows } = await platform().services.db.execute(sql`
    select * from (select
      ${columnOf("text", ["", null, "é😀\n\t'\"\\"])} as text,
      ${columnOf("json", ['{"b":1.0,"a":12345678901234567890}', undefined, "null"])} as json,
      ${columnOf("numeric", ["-12345678901234567890123", "1.50", null])}::text as numeric,
      ${columnOf("texts", lists.map(arrayText))} as texts,
      ${columnOf("int4", [-2147483648, null, 2147483647])} as int4,
      ${columnOf("int8", [-1e12, null, 1e15])}::text as int8,
      ${columnOf("float8", [-0.1, null, 1.7976931348623157e308])} as float8) given`)
  const column = (name: string) => rows.map((row) => row[name])
  expect(column("text")).toEqual(["", null, "é😀\n\t'\"\\"])
  expect(column("json")).toEqual(['{"b":1.0,"a":12345678901234567890}', null, "null"])
  expect(column("numeric")).toEqual(["-12345678901234567890123", "1.50", null])
  expect(column("texts")).toEqual(lists)
  expect(column("int4")).toEqual([-2147483648, null, 2147483647])
  expect(column("int8")).toEqual(["-1000000000000", null, "1000000000000000"])
  expect(column("float8")).toEqual([-0.1, null, 1.7976931348623157e308])
})

test("what Postgres cannot store is replaced, and what is no finite number is missing", async () => {
  const { rows } = await platform().services.db.execute(sql`
    select ${columnOf("text", ["\0\0\0", "\ud83d!"])} as text, ${columnOf("float8", [Number.POSITIVE_INFINITY, Number.NaN])} as float8`)
  expect(rows).toEqual([
    { text: "\uFFFD\uFFFD\uFFFD", float8: null },
    { text: "\uFFFD!", float8: null },
  ])
})

test("no values are no rows", async () => {
  const { rows } = await platform().services.db.execute(sql`select ${columnOf("text", [])} as text`)
  expect(rows).toEqual([])
})
