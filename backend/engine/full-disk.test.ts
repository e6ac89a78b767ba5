import { execFileSync, spawnSync } from "node:child_process"
import { mkdir, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { hasBubblewrap } from "../testing/isolation.ts"
import { untilRun } from "../testing/runs.ts"
import { testEngine } from "../testing/test-engine.ts"
import { until } from "../testing/until.ts"

let answer: () => void = () => {}
const mayAnswer = new Promise<void>((resolve) => {
  answer = resolve
})
const { platform, launch, startWorker, stopWorker } = await testEngine(
  async () => {
    await mayAnswer
    return "it is 0"
  },
  { MIN_FREE_DISK_MB: "200", SANDBOX_DISK_MB: "500" },
  { starts: false, config: { num_examples: 1 } },
)
const mayMount =
  (await hasBubblewrap("A full disk")) &&
  process.getuid?.() === 0 &&
  spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0

test.runIf(mayMount)(
  "on a full disk the largest run is ended, new ones wait, and sandboxes are refused",
  { timeout: 300_000 },
  async () => {
    const { dataDir } = platform().config
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=600m", "tmpfs", dataDir])
    const makeSandbox = () =>
      platform().call("POST", "/sandbox", { name: "a", docker_image: "python:3.11-slim", memory_gb: 1, disk_size_gb: 1 })
    try {
      // A folder of a check that was lost, and is nobody's any more.
      const leftover = path.join(dataDir, `runs/check-${"0".repeat(24)}-1/inside`)
      await mkdir(leftover, { recursive: true })
      await writeFile(path.join(leftover, "large.bin"), Buffer.alloc(450 * 1024 ** 2))
      const environment = await publishEnvironment(
        platform(),
        "fills-the-disk",
        echoEnvironment({ load: 'open("part", "wb").write(bytes(int(greeting) * 1_000_000))' }),
      )
      const runOf = (megabytes: string) => launch(environment, { env_args: { greeting: megabytes } })
      const large = await runOf("100")
      await startWorker()
      const isRolling = (run: { phase: string }) => run.phase === "running"
      await untilRun(platform(), large, isRolling)
      const small = await runOf("1")
      await untilRun(platform(), small, isRolling)
      expect((await makeSandbox()).status).toBe(201)

      // With the large run less than half of 200 is left, and without it less than 200.
      const filler = path.join(dataDir, "filler")
      await writeFile(filler, Buffer.alloc(420 * 1024 ** 2))
      const waiting = await runOf("2")
      const ended = await untilRun(platform(), large)
      expect(ended).toMatchObject({ status: "FAILED", failure: { class: "disk_full", title: "The run was stopped to make room" } })
      await until("the sandbox is refused", async () => (await makeSandbox()).status === 503)
      expect((await makeSandbox()).body).toMatchObject({ detail: expect.stringMatching(/disk of the worker's machine is nearly full/) })
      const isTold = (run: { waits_for: string }) => run.waits_for === "the disk of each worker is nearly full"
      expect(await untilRun(platform(), waiting, isTold)).toMatchObject({ status: "PENDING" })

      await rm(filler)
      answer()
      expect(await untilRun(platform(), small)).toMatchObject({ status: "COMPLETED" })
      expect(await untilRun(platform(), waiting)).toMatchObject({ status: "COMPLETED" })
      await until("sandboxes are made again", async () => (await makeSandbox()).status === 201)
    } finally {
      answer()
      await stopWorker()
      execFileSync("umount", ["--lazy", dataDir])
    }
  },
)
