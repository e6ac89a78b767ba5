import { appendFile, mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeEach, expect, test } from "vitest"
import { fileSpool, readSpool } from "./spool.ts"

const folder = await mkdtemp(path.join(tmpdir(), "he-spool-"))
const file = path.join(folder, "events.jsonl")
beforeEach(() => writeFile(file, "one\ntwo\nthr"))
afterAll(() => rm(folder, { recursive: true }))

test("whole lines are read from where the last reading ended", async () => {
  const first = await readSpool(file, 0)
  expect(first).toEqual({ lines: ["one", "two"], offset: 8, oversized: false })
  expect(await readSpool(file, first.offset)).toEqual({ lines: [], offset: 8, oversized: false })
  await appendFile(file, "ee\n")
  expect(await readSpool(file, first.offset)).toEqual({ lines: ["three"], offset: 14, oversized: false })
})

test("a line that is longer than a piece is read whole, one of more than 16 MiB is left out", async () => {
  await writeFile(file, `${"x".repeat(100)}\nend\n`)
  expect(await readSpool(file, 0, 16)).toEqual({ lines: ["x".repeat(100), "end"], offset: 105, oversized: false })
  await writeFile(file, `${"x".repeat(17 * 1024 ** 2)}\nend\n`)
  const left = await readSpool(file, 0)
  expect(left).toMatchObject({ lines: [], oversized: true })
  expect((await readSpool(file, left.offset)).lines.at(-1)).toBe("end")
})

test("there is nothing in a file that does not grow, is gone or became shorter, and looking costs no memory", async () => {
  const before = process.memoryUsage().arrayBuffers
  for (let looks = 0; looks < 20; looks++) expect((await readSpool(file, 11)).lines).toEqual([])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 ** 2)
  await truncate(file, 2)
  expect(await readSpool(file, 11)).toEqual({ lines: [], offset: 11, oversized: false })
  expect(await readSpool(path.join(folder, "none"), 3)).toEqual({ lines: [], offset: 3, oversized: false })
})

test("the streams of an attempt are files of its work dir: events inside, where the program writes, output beside it", async () => {
  await mkdir(path.join(folder, "inside"))
  await writeFile(path.join(folder, "inside/events.jsonl"), "event\n")
  await writeFile(path.join(folder, "output.jsonl"), "a\nb\n")
  const spool = fileSpool(folder)
  expect(await spool.read("events", 0)).toMatchObject({ lines: ["event"], offset: 6 })
  expect(await spool.read("output", 2)).toMatchObject({ lines: ["b"], offset: 4 })
})
