import { expect, test } from "vitest"
import { formatDifferenceInColumn } from "@/contract/text/score-text.ts"
import {
  columnDecimals,
  formatDuration,
  formatInColumn,
  formatInterval,
  formatMoney,
  formatScore,
  formatShare,
  formatTokens,
  formatWhen,
} from "./format.ts"

test.each([
  [null, "–"],
  [Number.NaN, "–"],
  [0, "0"],
  [-0, "0"],
  [1, "1"],
  [-1, "-1"],
  [0.75, "0.75"],
  [2 / 3, "0.6667"],
  [12.125, "12.13"],
  [123.456, "123.5"],
  [12_345, "12345"],
  [0.9996, "0.9996"],
  [0.99996, "0.99996"],
  [0.9999999, "0.9999999"],
  [1.00001, "1.00001"],
  [-0.99999, "-0.99999"],
  [0.7 + 0.2 + 0.1, "1"],
  [0.1 + 0.2, "0.3"],
  [0.0004, "0.0004"],
  [0.00012345, "0.0001234"],
  [0.00001234567, "1.235e-5"],
  [-1e-7, "-1e-7"],
  [-1_234_567.891, "-1234568"],
  [12_345_678.9, "1.235e7"],
  [10_000_000, "1e7"],
  [-1e308, "-1e308"],
  [1.7976931348623157e308, "1.798e308"],
])("the score %s reads %s", (value, text) => {
  expect(formatScore(value)).toBe(text)
})

test("no score that is not 0 or 1 reads so, and none is long", () => {
  for (let power = -300; power <= 300; power++)
    for (const digits of [1, 1.5, 2.3456789, 9.99999999]) {
      const value = digits * 10 ** power
      for (const one of [value, -value, ...(power < 0 && power > -10 ? [1 - value, 1 + value] : [])]) {
        const text = formatScore(one)
        if (one !== 1 && one !== -1) expect(Math.abs(Number(text)) === 0 || Math.abs(Number(text)) === 1, `${one}: ${text}`).toBe(false)
        expect(text.length).toBeLessThanOrEqual(13)
      }
    }
})

test.each([
  [
    [0.824, 0.8542, 1],
    ["0.8240", "0.8542", "1.0000"],
  ],
  [
    [1, 0, 12],
    ["1", "0", "12"],
  ],
  [
    [0.5, null, undefined, -0.25, -0],
    ["0.50", "–", "–", "-0.25", "0.00"],
  ],
  [
    [0.7 + 0.2 + 0.1, 0.5],
    ["1.0", "0.5"],
  ],
  [
    [123.456, 0.33333],
    ["123.4560", "0.3333"],
  ],
  // What four decimals would make 0 or 1 of.
  [
    [0.99999, 0.00001, -0.00001, 0.25],
    ["0.99999", "1e-5", "-1e-5", "0.2500"],
  ],
  [
    [1e12, 0.5],
    ["1e12", "0.5"],
  ],
  [[], []],
])("the column %s reads %s", (values: (number | null | undefined)[], texts) => {
  const decimals = columnDecimals(values)
  expect(values.map((value) => formatInColumn(value, decimals))).toEqual(texts)
})

test("points of a column of differences stand under each other", () => {
  const values = [0.1424, 0.003333, 0, -0.008571]
  const decimals = columnDecimals(values)
  expect(values.map((value) => formatDifferenceInColumn(value, decimals))).toEqual(["+0.1424", "+0.0033", "0.0000", "−0.0086"])
})

test("a share reads none or all only where it is", () => {
  expect([0, 1, 500, 1667, 4998, 4999, 5000].map((part) => formatShare(part, 5000))).toEqual([
    "0%",
    "< 0.1%",
    "10%",
    "33.3%",
    "> 99.9%",
    "> 99.9%",
    "100%",
  ])
  expect(formatShare(0, 0)).toBe("–")
})

test("a value just below the next unit is written in the next unit", () => {
  expect([999, 999_949, 999_950, 1_000_000].map(formatTokens)).toEqual(["999", "999.9k", "1M", "1M"])
  expect([999.4, 999.6, 59_940, 59_960, 60_000, 119_960].map(formatDuration)).toEqual([
    "999 ms",
    "1 s",
    "59.9 s",
    "1 min 00 s",
    "1 min 00 s",
    "1 min 59 s",
  ])
  expect([0, 0.00004, 0.0042, 0.0994, 0.0999, 0.1, 1.25].map(formatMoney)).toEqual([
    "$0",
    "< $0.0001",
    "$0.0042",
    "$0.099",
    "$0.10",
    "$0.10",
    "$1.25",
  ])
})

test.each([
  [{ low: 0.41234, high: 0.8312, approximate: false }, "0.41 to 0.83"],
  [{ low: 0, high: 0.5041, approximate: false }, "0 to 0.5"],
  [{ low: 0.49991, high: 0.51102, approximate: false }, "0.5 to 0.511"],
  [{ low: -12.34, high: 110.2, approximate: true }, "≈ -12 to 110"],
  [{ low: -1e308, high: 1e308, approximate: true }, "≈ -1e308 to 1e308"],
  [{ low: 3, high: 3, approximate: true }, "≈ 3 to 3"],
])("an interval %j reads %s", (interval, words) => {
  expect(formatInterval(interval)).toBe(words)
})

test.each([
  ["2026-11-22T09:05:00Z", "UTC", "09:05"],
  ["2026-11-22T23:30:00Z", "Asia/Tokyo", "08:30"],
  ["2026-11-19T14:02:00Z", "UTC", "Thu 14:02"],
  ["2026-03-12T14:02:00Z", "UTC", "12 Mar"],
  ["2025-12-31T23:30:00Z", "UTC", "31 Dec 2025"],
  ["2025-12-31T23:30:00Z", "Asia/Tokyo", "1 Jan"],
])("%s in %s is %s", (at, zone, text) => {
  expect(formatWhen(at, Date.parse("2026-11-22T23:59:00Z"), zone)).toBe(text)
})
