import { writeFile } from "node:fs/promises"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { hasBubblewrap } from "../testing/isolation.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { until } from "../testing/until.ts"
import { type PrimeCli, startPrimeCli } from "./prime-cli.ts"

// Checkpoints of sandboxes, with the real SDK and the real CLI.
const works = await hasBubblewrap("Checkpoints of sandboxes")
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url })
let worker: { stop: () => Promise<void> }
let prime: PrimeCli

beforeAll(async () => {
  prime = await startPrimeCli(url, testApiKey)
  worker = await startWorker(platform(), { stopRuns: true })
})
afterAll(async () => {
  await worker?.stop()
  await prime?.stop()
})

const script = `
import asyncio
from prime_sandboxes import *
async def main():
    async with AsyncSandboxClient() as client:
        made = await client.create(CreateSandboxRequest(name="n", docker_image="python:3.11-slim", memory_gb=0.5, disk_size_gb=1))
        await client.wait_for_creation(made.id)
        await client.execute_command(made.id, "echo kept > /workspace/file")
        first = await client.wait_for_checkpoint((await client.checkpoint(made.id)).id, 60)
        assert first.state == "DURABLE" and first.stored_bytes > 0 and first.occupied_bytes >= 5, first
        second = await client.wait_for_checkpoint((await client.checkpoint(made.id)).id, 60)
        assert [one.id for one in await client.list_checkpoints(made.id)] == [first.id, second.id]
        assert [one.id for one in await client.list_checkpoints(made.id, second.id)] == [second.id]
        batch = await client.get_checkpoints([second.id, "none"])
        assert [one.id for one in batch.checkpoints] == [second.id] and batch.errors[0].code == "NOT_FOUND", batch
        again = await client.create(CreateSandboxRequest(name="again", checkpoint_id=first.id, memory_gb=0.5))
        assert again.docker_image == "python:3.11-slim" and again.disk_size_gb == 1, again
        await client.delete(made.id)
        await client.wait_for_creation(again.id)
        assert (await client.execute_command(again.id, "cat file")).stdout == "kept\\n"
        await client.delete_checkpoint(second.id)
        try:
            await client.wait_for_checkpoint(second.id, 60)
        except Exception as error:
            assert "NOT_FOUND" in str(error), error
        else:
            raise AssertionError("it is still there")
        gone = await client.delete_sandbox_checkpoints(made.id)
        assert gone.deleted == [first.id] and gone.errors == [], gone
        try:
            await client.create(CreateSandboxRequest(name="late", checkpoint_id=first.id))
        except Exception as error:
            assert "There is no checkpoint" in str(error), error
        else:
            raise AssertionError("it was restored")
        print("done", again.id)
asyncio.run(main())
`

test.runIf(works)("the SDK and the CLI keep what a sandbox has written and start others with it", { timeout: 180_000 }, async () => {
  const file = path.join(prime.scratch, "checkpoints.py")
  await writeFile(file, script)
  const { output } = await prime.run(prime.python, [file])
  const id = /^done (\S+)$/m.exec(output)?.[1] ?? expect.fail(output)
  const at = ["sandbox", "checkpoint"]
  expect(await prime.cli([...at, "list", id])).toContain("No checkpoints found")
  const { id: checkpoint } = JSON.parse(await prime.cli([...at, "create", id, "--output", "json"]))
  await until("it is durable", async () => (await prime.cli([...at, "get", checkpoint])).includes("State: DURABLE"), { seconds: 60 })
  const fork = /forked into sandbox (\S+)/.exec(await prime.cli(["sandbox", "fork", id, "--yes"]))?.[1]
  expect(await prime.cli([...at, "list", id])).toMatch(/DURABLE.*DURABLE/s)
  const restored = /created sandbox (\S+)/.exec(await prime.cli([...at, "restore", checkpoint, "--yes"]))?.[1]
  for (const one of [fork, restored]) {
    await until("it runs", async () => (await platform().call("GET", `/sandbox/${one}`)).body.status === "RUNNING", { seconds: 30 })
    expect(await prime.cli(["sandbox", "run", one as string, "cat /workspace/file"])).toContain("kept")
  }
  expect(await prime.cli([...at, "delete", checkpoint, "--yes"])).toContain(`Deleted checkpoint ${checkpoint}`)
  expect(await prime.cli([...at, "delete", "--sandbox", id, "--yes"])).toContain("Deleted checkpoint")
  expect(await prime.cli([...at, "list", id])).toContain("No checkpoints found")
})
