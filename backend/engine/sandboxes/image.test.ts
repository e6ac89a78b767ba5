import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import Docker from "dockerode"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { importImage } from "../../sandbox/executors/container-images.ts"
import { startWorker } from "../../start-worker.ts"
import { canIsolate } from "../../testing/isolation.ts"
import { startPodman } from "../../testing/podman.ts"
import { sandboxPython } from "../../testing/sandbox.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"

const run = promisify(execFile)
const engine = await startPodman()
const works = canIsolate("containers", "Images of sandboxes", { ok: engine.socket !== null, reason: engine.reason })
const port = await freePort()
const platform = testPlatform({ WORKER_PORT: String(port), SANDBOX: "docker", DOCKER_HOST: `unix://${engine.socket ?? "/nowhere"}` })
let worker: { stop: () => Promise<void> } | undefined

/** A small image without a registry: a shell, what a Python needs of a system, and a file that tells the image. */
async function imageArchive(): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), "he-image-"))
  const interpreter = await realpath(sandboxPython())
  const modules = (await run("find", [path.dirname(path.dirname(interpreter)), "-path", "*/lib-dynload/*.so"])).stdout.trim().split("\n")
  const { stdout } = await run("sh", [
    "-c",
    'ldd "$@" | grep -o "/[^ ]*\\.so[^ ]*" | grep -v "^$0" | sort -u',
    "none",
    "/bin/sh",
    "/bin/cat",
    interpreter,
    ...modules,
  ])
  const libraries = stdout
    .trim()
    .split("\n")
    .filter((file) => /^\/(lib|usr)/.test(file))
  await writeFile(path.join(folder, "of-the-image"), "mine\n")
  await mkdir(path.join(folder, "etc"))
  const archive = path.join(folder, "image.tar")
  await run("tar", [
    "-chf",
    archive,
    "-C",
    folder,
    "of-the-image",
    "etc",
    "-C",
    "/",
    ...["/bin/sh", "/bin/cat", ...libraries].map((file) => file.slice(1)),
  ])
  const content = await readFile(archive)
  await rm(folder, { recursive: true })
  return content
}

beforeAll(async () => {
  if (!engine.socket) return
  await importImage(new Docker({ socketPath: engine.socket }), "localhost/he-small", await imageArchive())
  worker = await startWorker(platform(), { stopRuns: true })
}, 120_000)
afterAll(async () => {
  await worker?.stop()
  if (engine.socket) await engine.stop()
}, 60_000)

/** Runs a command in a sandbox of that image, or of that checkpoint. */
async function execute(source: string | { checkpoint_id: string }, command: string): Promise<any> {
  const call = platform().call
  const made = typeof source === "string" ? { docker_image: source, disk_size_gb: 1 } : source
  const { body } = await call("POST", "/sandbox", { name: "sandbox", memory_gb: 0.5, ...made })
  const sandbox = await until(
    "the sandbox runs",
    async () => {
      const found = (await call("GET", `/sandbox/${body.id}`)).body
      return ["RUNNING", "ERROR"].includes(found.status) && found
    },
    { seconds: 60 },
  )
  expect(sandbox).toMatchObject({ status: "RUNNING", executor: "docker" })
  const auth = (await call("POST", `/sandbox/${body.id}/auth`)).body
  const response = await fetch(`${auth.gateway_url}/${auth.user_ns}/${auth.job_id}/exec`, {
    method: "POST",
    headers: { authorization: `Bearer ${auth.token}`, "content-type": "application/json" },
    body: JSON.stringify({ command, timeout: 30 }),
  })
  return { sandbox, ...((await response.json()) as object) }
}

describe.runIf(works)("a sandbox in a container", () => {
  test("has the image that was asked for, when the engine has it", { timeout: 120_000 }, async () => {
    const done = await execute(
      "localhost/he-small:latest",
      "cat /of-the-image; echo $HOME; echo x > /workspace/file && cat /workspace/file; ls; id",
    )
    expect(done).toMatchObject({ sandbox: { hasImage: true }, stdout: "mine\n/root\nx\n" })
    expect(done.stderr).toContain("ls: not found")
  })

  test("is kept as a checkpoint, and another one starts with its image and its files", { timeout: 120_000 }, async () => {
    const call = platform().call
    const first = await execute("localhost/he-small:latest", "echo kept > /workspace/file; sleep 1000 & echo $!")
    const { body } = await call("POST", `/sandbox/${first.sandbox.id}/checkpoints`)
    await until("the checkpoint is there", async () => (await call("GET", `/sandbox/checkpoints/${body.id}`)).body.state === "DURABLE")
    const second = await execute({ checkpoint_id: body.id }, "cat /of-the-image /workspace/file")
    expect(second).toMatchObject({ sandbox: { hasImage: true, checkpointId: body.id }, stdout: "mine\nkept\n" })
  })

  test("has the platform's own system when not, whatever the name says", { timeout: 120_000 }, async () => {
    for (const image of ["python:3.11-slim", "../containers/json?all=1#"]) {
      const done = await execute(image, "cat /of-the-image; ls /usr > /dev/null && echo system")
      expect(done).toMatchObject({ sandbox: { hasImage: false, dockerImage: image }, stdout: "system\n" })
    }
  })
})
