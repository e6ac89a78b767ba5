import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { expect, test } from "vitest"
import { workFiles } from "../../sandbox/executor.ts"
import { readNext } from "./follow.ts"
import { LogAllowance } from "./log-allowance.ts"
import { fileSpool } from "./spool.ts"

test("what a process logs as events is kept up to a limit, whatever the events are called", async () => {
  const workDir = await mkdtemp(path.join(tmpdir(), "he-log-"))
  await mkdir(path.join(workDir, workFiles.inside))
  const log = (seq: number, message: string) => ({ v: 1, seq, ts: 1, kind: "log", level: "info", logger: "a", message })
  const hello = (seq: number) => ({ v: 1, seq, ts: 1, kind: "hello", python: "3.11", verifiers: "0.1" })
  const events = [...Array(400)].map((_, at) => (at % 2 ? hello(at + 1) : log(at + 1, "x".repeat(100))))
  await writeFile(path.join(workDir, workFiles.events), events.map((event) => `${JSON.stringify(event)}\n`).join(""))
  const allowance = new LogAllowance(10_000)
  const from = { events: 0, output: 0 }
  const first = await readNext(fileSpool(workDir), from, (text) => text, allowance)
  const lines = first?.intake.logLines ?? []
  expect(lines.map(({ text }) => text.length).reduce((a, b) => a + b)).toBeLessThan(10_000)
  expect(lines.length).toBeGreaterThan(50)
  expect(lines.at(-1)?.text).toBe("[log limit of 10000 bytes reached, what follows is not kept]")
  // What was left out is read, and said once.
  expect((await readNext(fileSpool(workDir), from, (text) => text, allowance))?.intake.logLines).toEqual([])
  await rm(workDir, { recursive: true })
})
