import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { hasBubblewrap } from "../testing/isolation.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { type PrimeCli, startPrimeCli } from "./prime-cli.ts"

// The real prime CLI and the real SSH client: from what is available to a shell in an instance, and its end.
const works = await hasBubblewrap("Instances of the CLI")
const [port, sshPort] = [await freePort(), await freePort()]
const url = `http://127.0.0.1:${port}`
const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url, SSH_PORT: String(sshPort), INSTANCES_PER_USER: "2" })
let worker: { stop: () => Promise<void> }
let prime: PrimeCli

beforeAll(async () => {
  prime = await startPrimeCli(url, testApiKey)
  worker = await startWorker(platform(), { stopRuns: true })
  await prime.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "key"])
})
afterAll(async () => {
  await worker?.stop()
  await prime?.stop()
})

const json = async (...args: string[]) => JSON.parse(await prime.cli([...args, "--output", "json"]))

/** A line for the shell, in which `prime` is the CLI itself and finds its key. */
const typed = (line: string) => prime.run("bash", ["-c", line], { PRIME_SSH_KEY_PATH: path.join(prime.scratch, "key") })

test.runIf(works)("an instance is created, entered and terminated", { timeout: 180_000 }, async () => {
  expect((await json("availability", "gpu-types")).gpu_types).toEqual(["CPU_NODE"])
  const { gpu_resources } = await json("availability", "list")
  expect(gpu_resources).toMatchObject([{ gpu_type: "CPU NODE", provider: "local", stock_status: "Available", price_value: 0 }])
  expect(await json("availability", "disks")).toMatchObject({ disks: [], total_count: 0 })
  const sizes = ["--disk-size", "1", "--vcpus", "1", "--memory", "1"]
  const created = await prime.cli([
    "pods",
    "create",
    "--id",
    gpu_resources[0].id,
    "--name",
    "box",
    ...sizes,
    "--env",
    "COLOUR=blue",
    "--yes",
  ])
  const id = /Successfully created pod ([a-z0-9]{24})/.exec(created)?.[1] ?? expect.fail(created)
  await expect.poll(async () => (await json("pods", "status", id)).status, { timeout: 60_000 }).toBe("ACTIVE")
  expect(await json("pods", "status", id)).toMatchObject({
    name: "box",
    provider: "local",
    gpu: "CPU_NODE x1",
    image: "host_system",
    ssh: `${id}@127.0.0.1 -p ${sshPort}`,
  })
  expect((await json("pods", "list")).pods).toMatchObject([{ id, name: "box", status: "ACTIVE" }])
  expect(await prime.cli(["pods", "status", id])).toContain("ACTIVE")

  // Nobody has said yet which key is theirs.
  expect((await typed(`prime pods ssh ${id} < /dev/null`)).output).toContain("Permission denied (publickey)")
  const key = await typed(
    `curl -sf ${url}/api/v1/ssh_keys/ -H "Authorization: Bearer $PRIME_API_KEY" --json "{\\"name\\": \\"laptop\\", \\"publicKey\\": \\"$(cat key.pub)\\"}"`,
  )
  expect(key).toMatchObject({ code: 0, output: expect.stringContaining("SHA256:") })
  const shell = await typed(`echo 'echo $COLOUR; pwd; echo kept > file' | prime pods ssh ${id}`)
  expect(shell.output).toMatch(/\nblue\n\/workspace\n/)
  // As somebody types it, at a terminal.
  const terminal = await typed(`{ sleep 5; echo 'cat file; tty'; sleep 1; echo exit; } | script -qec 'prime pods connect ${id}' /dev/null`)
  expect(terminal.output).toMatch(/kept\r\n\/dev\/pts\/\d/)

  expect(await prime.cli(["pods", "terminate", id, "--yes"])).toContain(`Successfully terminated pod ${id}`)
  expect((await json("pods", "list")).pods).toEqual([])
  expect((await json("pods", "history")).history).toMatchObject([{ id, name: "box", gpu: "CPU_NODE x1", total_cost: 0 }])
  expect((await json("pods", "status", id)).status).toBe("TERMINATED")
})

test.runIf(works)("whoever chooses step by step is led to the same", { timeout: 120_000 }, async () => {
  // The machine's type, its number, a name, GB of disk, processors and GB of memory.
  const { code, output } = await prime.prime(["pods", "create"], { input: "1\n1\nsteps\n1\n1\n1\ny\n" })
  expect(code, output).toBe(0)
  expect(output).toContain("CPU_NODE")
  const id = /Successfully created pod ([a-z0-9]{24})/.exec(output)?.[1] ?? expect.fail(output)
  await prime.cli(["pods", "terminate", id, "--yes"])
  expect(await prime.cli(["pods", "create", "--gpu-type", "H100_80GB", "--gpu-count", "1", "--yes"], 1)).toContain("No configuration found")
})
