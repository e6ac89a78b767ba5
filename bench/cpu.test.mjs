import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { CpuMeter } from "./lib/cpu.mjs"
import { cpuTable } from "./wall-time.mjs"

test("what processes take of the processor is counted by part, also of those that began and ended meanwhile", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "he-cpu-"))
  const busy = (/** @type {string[]} */ words, ms = 600) =>
    spawn(process.execPath, ["-e", `for (const end = Date.now() + ${ms}; Date.now() < end; );`, ...words], { stdio: "ignore" })
  const model = busy([], 1500)
  const meter = new CpuMeter(dataDir, /** @type {number} */ (model.pid))
  try {
    const ended = [busy(["start.py", dataDir]), busy(["runner/src/sandbox", "egress_proxy", dataDir]), busy(["of somebody else"])]
    await Promise.all(ended.map((child) => once(child, "exit")))
    const first = meter.take()
    expect([...first.keys()].sort()).toEqual(["egress proxy", "environment", "model"])
    for (const seconds of first.values()) expect(seconds).toBeGreaterThan(0.1)
    await sleep(200)
    expect(meter.take().get("environment")).toBeUndefined()
  } finally {
    meter.stop()
    model.kill()
    rmSync(dataDir, { recursive: true })
  }
})

test("the table has a column for each row of the measurement, and medians of its rounds", () => {
  const rows = [
    { name: "vf-eval", parts: [new Map([["vf-eval", 15]])] },
    { name: "hosted", parts: [10, 20, 90].map((worker) => new Map([["worker", worker]])) },
  ]
  expect(
    cpuTable(rows)
      .split("\n")
      .map((line) => line.trim().split(/ {2,}/)),
  ).toEqual([
    ["seconds of the processor", "vf-eval", "hosted"],
    ["vf-eval", "15.0", "0.0"],
    ["worker", "0.0", "20.0"],
    ["all", "15.0", "20.0"],
  ])
})
