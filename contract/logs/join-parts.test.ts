import { expect, test } from "vitest"
import { PartsJoiner } from "./join-parts.ts"
import type { LogLine } from "./logs.ts"

const line = (text: string, part?: LogLine["part"], stream: LogLine["stream"] = "stdout") => ({ stream, text, ...(part ? { part } : {}) })

test("pieces become one line, whatever other streams say in between, and what was not finished is replaced", () => {
  const joiner = new PartsJoiner()
  const texts = [
    line("{one", "piece"),
    line("a warning", undefined, "stderr"),
    line("bar 10 %", "unfinished", "stderr"),
    line(" line", "piece"),
    line("bar 60 %", "unfinished", "stderr"),
    line("}"),
    line("bar 100 %", undefined, "stderr"),
    line("next"),
  ]
  // However they are read.
  const joined = [...joiner.add(texts.slice(0, 4)), ...joiner.add(texts.slice(4)), ...joiner.end()]
  expect(joined).toEqual([line("a warning", undefined, "stderr"), line("{one line}"), line("bar 100 %", undefined, "stderr"), line("next")])
})

test("what has no end yet comes last", () => {
  const joiner = new PartsJoiner()
  expect(joiner.add([line("long ", "piece"), line("end", "unfinished"), line("half", "piece", "stderr")])).toEqual([])
  expect(joiner.end()).toEqual([line("long end"), line("half", undefined, "stderr")])
})

test("a line without an end is not collected for ever", () => {
  const joiner = new PartsJoiner()
  const lines = joiner.add(Array.from({ length: 1000 }, () => line("x".repeat(16_384), "piece")))
  expect(lines).toHaveLength(2)
  expect(lines[0]?.text.length).toBeGreaterThan(8_000_000)
})

test("pieces of two processes are not put together", () => {
  const joiner = new PartsJoiner()
  const of = (shard: number, text: string, part?: LogLine["part"]) => ({ ...line(text, part), shard })
  expect(joiner.add([of(0, "a", "piece"), of(1, "x", "piece"), of(0, "b"), of(1, "y")])).toEqual([of(0, "ab"), of(1, "xy")])
})
