import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { signClaims } from "../../base/crypto.ts"
import { newId } from "../../base/ids.ts"
import { machineName } from "../../base/machine.ts"
import { startWorker } from "../../start-worker.ts"
import { listSandboxHosts, recordHostHeartbeat } from "../../store/sandboxes/sandbox-hosts.ts"
import { insertSandbox } from "../../store/sandboxes/sandboxes.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { hasBubblewrap } from "../../testing/isolation.ts"
import { startModelServer } from "../../testing/model-server.ts"
import { logOf, untilRun } from "../../testing/runs.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until as untilSeen } from "../../testing/until.ts"

const works = await hasBubblewrap("Sandboxes")
const port = await freePort()
const scratch = await mkdtemp(path.join(tmpdir(), "he-sandboxes-"))
const providers = path.join(scratch, "providers.json")
const model = await startModelServer((request) => `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`)
await writeFile(providers, JSON.stringify([{ id: "test", name: "Test", base_url: model.url }]))

const platform = testPlatform({ WORKER_PORT: String(port), PROVIDERS_FILE: providers, SANDBOXES_PER_WORKER: "4" })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
let worker: { stop: () => Promise<void> }

beforeAll(async () => {
  worker = await startWorker(platform(), { stopRuns: true })
})
afterAll(async () => {
  await worker.stop()
  model.close()
  await rm(scratch, { recursive: true })
})

// Places are few.
afterEach(async () => {
  const { sandboxes } = (await call("GET", "/sandbox?is_active=true")).body
  if (sandboxes.length > 0) await call("DELETE", "/sandbox", { sandbox_ids: sandboxes.map((one: any) => one.id) })
})

const sandbox = async (id: string) => (await call("GET", `/sandbox/${id}`)).body

async function until(id: string, reached: (found: any) => boolean, seconds = 60): Promise<any> {
  let found: any
  return untilSeen(
    () => `the sandbox is ${JSON.stringify(found)}`,
    async () => {
      found = await sandbox(id)
      return reached(found) && found
    },
    { seconds },
  )
}
const ended = (one: any) => one.status === "TERMINATED" || one.status === "ERROR"

async function make(more: object = {}): Promise<string> {
  const asked = { name: "sandbox", docker_image: "python:3.11-slim", memory_gb: 0.5, disk_size_gb: 1, ...more }
  const { status, body } = await call("POST", "/sandbox", asked)
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

async function running(more: object = {}): Promise<string> {
  const id = await make(more)
  expect(await until(id, (one) => one.status === "RUNNING" || ended(one))).toMatchObject({ status: "RUNNING" })
  return id
}

/** A request to the gateway, as the SDK makes it. */
async function gateway(id: string, what: string, init: RequestInit = {}, token?: string): Promise<{ status: number; body: any }> {
  const { body: auth } = await call("POST", `/sandbox/${id}/auth`)
  const response = await fetch(`${auth.gateway_url}/${auth.user_ns}/${auth.job_id}/${what}`, {
    ...init,
    headers: { ...init.headers, authorization: `Bearer ${token ?? auth.token}` },
  })
  return { status: response.status, body: await response.json() }
}

const execute = (id: string, command: string, more: object = {}) =>
  gateway(id, "exec", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ command, timeout: 60, ...more }),
  })

const folders = (): Promise<string[]> => readdir(path.join(platform().config.dataDir, "sandboxes")).catch(() => [])
const untilNoFolder = (id: string) => untilSeen(`the folder of ${id} is gone`, async () => !(await folders()).includes(id))

describe.runIf(works)("a sandbox", () => {
  test("ends with its start command and reports its exit code and what it printed", { timeout: 60_000 }, async () => {
    const [fine, wrong, missing] = await Promise.all([
      make({ start_command: "echo hello; echo there >&2" }),
      make({ start_command: "echo no; exit 3" }),
      make({ start_command: { executable: "/none", args: ["x"] } }),
    ])
    expect(await until(fine, ended)).toMatchObject({ status: "TERMINATED", exitCode: 0, errorType: null })
    expect(await until(wrong, ended)).toMatchObject({
      status: "ERROR",
      exitCode: 3,
      errorType: "START_COMMAND_FAILED",
      errorMessage: "Its start command ended with exit code 3: no",
    })
    expect(await until(missing, ended)).toMatchObject({ status: "ERROR", exitCode: 127 })
    expect((await call("GET", `/sandbox/${fine}/logs`)).body.logs.split("\n").toSorted()).toEqual(["", "hello", "there"])
    expect((await call("GET", `/sandbox/${missing}/logs`)).body.logs).toContain("cannot be started: /none: No such file")
    for (const id of [fine, wrong, missing]) await untilNoFolder(id)
  })

  test("has a Python of its own that pip installs into", { timeout: 60_000 }, async () => {
    const id = await running({ network_access: false })
    const { body } = await execute(
      id,
      `python - <<"END"
import zipfile
with zipfile.ZipFile("tiny-1-py3-none-any.whl", "w") as wheel:
    info = "tiny-1.dist-info"
    wheel.writestr("tiny.py", "said = 1")
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", "")
END
bash -lc 'pip install -q --no-index ./tiny-1-py3-none-any.whl && cd / && python -c "import tiny; print(tiny.said)"'`,
    )
    expect(body).toMatchObject({ exit_code: 0, stdout: "1\n" })
  })

  test("that uses more memory than it has is ended, and the waiting client learns why", { timeout: 90_000 }, async () => {
    const id = await running({ memory_gb: 0.1 })
    const { status, body } = await execute(id, "python3 -c 'x = bytearray(400_000_000); import time; time.sleep(20)'")
    // Where the kernel counts, it may kill the command alone, which shows in its exit code.
    if (status === 200) expect(body.exit_code).toBe(137)
    else {
      expect({ status, body }).toMatchObject({ status: 502, body: { error: "sandbox_not_found" } })
      expect((await call("GET", `/sandbox/${id}/error-context`)).body).toEqual({
        status: "ERROR",
        errorType: "OOM_KILLED",
        errorMessage: "It used more than its 0.1 GB of memory (memory_gb)",
      })
    }
  })

  test("that fills its disk is ended", { timeout: 90_000 }, async () => {
    const id = await running({ disk_size_gb: 0.1 })
    await execute(id, "for i in 1 2 3; do head -c 60000000 /dev/zero > /app/$i; done; sleep 30")
    expect(await until(id, ended)).toMatchObject({ status: "ERROR", errorType: "DISK_LIMIT" })
  })

  test("ends when its time is up, or when nobody uses it", { timeout: 60_000 }, async () => {
    const { db } = platform().services
    const row = {
      ...{ name: "short", image: "i", cpuCores: 1, memoryGb: 0.5, diskGb: 1, networkAccess: false, status: "PENDING" as const },
    }
    const userId = await platform().ownerId()
    const late = await insertSandbox(db, { ...row, id: newId(), userId, timeoutMinutes: 0 })
    const idle = await insertSandbox(db, { ...row, id: newId(), userId, timeoutMinutes: 60, idleTimeoutMinutes: 0 })
    expect(await until(late.id, ended)).toMatchObject({ status: "TERMINATED", errorType: "TIMEOUT" })
    expect(await until(idle.id, ended)).toMatchObject({ status: "TERMINATED", errorType: "IDLE_TIMEOUT" })
    await untilNoFolder(late.id)
    await untilNoFolder(idle.id)
  })

  test("sees nothing of the platform, and a link in it leads nowhere outside", { timeout: 60_000 }, async () => {
    const id = await running()
    const { dataDir } = platform().config
    const seen = (
      await execute(id, `ls ${dataDir}; env; cat /proc/1/environ; curl -s -m 5 http://127.0.0.1:${port}/api/v1/health || echo none`)
    ).body
    expect(seen.stdout).not.toContain("SECRET_KEY")
    expect(seen.stdout).not.toContain("files")
    expect(seen.stdout).toMatch(/none\n$/)
    await execute(id, `ln -s /etc/shadow /app/shadow; ln -s ${dataDir} /app/data; mkfifo /app/pipe`)
    for (const file of ["/app/shadow", "/app/data/secret-key", "/app/pipe", "/dev/zero", "/proc/1/environ", "/.sandbox/none"]) {
      const { status } = await gateway(id, `read-file?path=${file}`)
      expect([400, 404], file).toContain(status)
    }
    const form = new FormData()
    form.set("file", new Blob(["x"]), "x")
    expect((await gateway(id, "upload?path=/.sandbox/shown/start.json", { method: "POST", body: form })).status).toBe(400)
  })

  test("has no network when none was asked for", { timeout: 60_000 }, async () => {
    const id = await running({ network_access: false })
    const { body } = await execute(id, "cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' '; env | grep -ci proxy")
    expect(body.stdout).toBe("lo\n0\n")
  })

  test("is served to its own token alone", { timeout: 60_000 }, async () => {
    const id = await running()
    const { secretKey } = platform().config
    const inAMinute = Date.now() + 60_000
    for (const token of [
      "none",
      "a.b",
      signClaims(secretKey, { sandbox: id, expires: Date.now() - 1 }),
      signClaims(secretKey, { sandbox: "other", expires: inAMinute }),
      signClaims(Buffer.alloc(32), { sandbox: id, expires: inAMinute }),
    ])
      expect((await gateway(id, "read-file?path=/etc/passwd", {}, token)).status).toBe(401)
    expect((await gateway(id, "exec", { method: "POST", body: "not json" })).status).toBe(422)
    expect((await gateway(id, "exec", { method: "POST", body: JSON.stringify({ command: "true", timeout: 0 }) })).status).toBe(422)
    expect((await gateway(id, "read-file")).status).toBe(422)
    expect((await gateway(id, "upload?path=/app/x", { method: "POST", body: "no form" })).status).toBe(400)
    const cut = {
      method: "POST",
      body: "--b\r\nContent-Disposition: form-data\r\n\r\nsome",
      headers: { "content-type": "multipart/form-data; boundary=b" },
    }
    expect((await gateway(id, "upload?path=/app/x", cut)).body.detail).toBe("The form ended before its file was whole")
    await call("DELETE", `/sandbox/${id}`)
    expect(await until(id, ended)).toMatchObject({ status: "TERMINATED" })
    await untilNoFolder(id)
    expect((await execute(id, "true")).status).toBe(502)
  })

  test("waits while the worker is full", { timeout: 90_000 }, async () => {
    const ids = []
    for (let n = 0; n < 5; n++) ids.push(await make({ labels: ["crowd"] }))
    const all = async () => (await call("GET", "/sandbox?labels=crowd&is_active=true")).body.sandboxes as any[]
    await untilSeen("four run", async () => (await all()).filter((one) => one.status === "RUNNING").length === 4, { seconds: 60 })
    const waiting = (await all()).filter((one) => one.status !== "RUNNING")
    expect(waiting).toMatchObject([{ status: "PENDING" }])
    await call("DELETE", "/sandbox", { sandbox_ids: [(await all()).find((one) => one.status === "RUNNING").id] })
    await until(waiting[0].id, (one) => one.status === "RUNNING")
    await call("DELETE", "/sandbox", { labels: ["crowd"] })
    for (const id of ids) await untilNoFolder(id)
  })

  test("lives on when its worker is replaced, with its files and processes", { timeout: 120_000 }, async () => {
    const { db, config } = platform().services
    await worker.stop()
    worker = await startWorker(platform(), { stopRuns: false })
    const id = await running()
    await execute(id, "echo kept > /app/file; nohup sh -c 'while true; do sleep 0.1; echo . >> /app/dots; done' > /dev/null 2>&1 &")
    await worker.stop()
    // As a worker of this machine leaves it that is killed, and one that was killed while it started a sandbox.
    const dead = `${machineName()}-4194303-0a`
    await platform().database.pool.query("update sandboxes set worker = $1 where id = $2", [dead, id])
    await recordHostHeartbeat(db, { worker: dead, executor: "bubblewrap", gatewayUrl: "http://gone.test", refusal: null })
    const half = newId()
    await mkdir(path.join(config.dataDir, "sandboxes", half, "work"), { recursive: true })

    worker = await startWorker(platform(), { stopRuns: true })
    expect(await folders()).toEqual([id])
    expect(await sandbox(id)).toMatchObject({ status: "RUNNING" })
    const seen = await execute(id, "cat /app/file; a=$(wc -l < /app/dots); sleep 0.5; b=$(wc -l < /app/dots); [ $b -gt $a ] && echo alive")
    expect(seen).toMatchObject({ status: 200, body: { stdout: "kept\nalive\n" } })
    await worker.stop()
    expect(await sandbox(id)).toMatchObject({ status: "TERMINATED", errorType: "PLATFORM_STOPPED" })
    expect(await folders()).toEqual([])
    worker = await startWorker(platform(), { stopRuns: true })
  })

  test("of a worker that is gone for good is given up", { timeout: 60_000 }, async () => {
    const id = newId()
    const kept = {
      worker: "elsewhere-1",
      status: "RUNNING" as const,
      startedAt: new Date(),
      timeoutMinutes: 60,
      image: "i",
      networkAccess: false,
    }
    const size = { name: "lost", cpuCores: 1, memoryGb: 1, diskGb: 1 }
    await insertSandbox(platform().services.db, { id, userId: await platform().ownerId(), ...kept, ...size })
    await worker.stop()
    worker = await startWorker(platform(), { stopRuns: true })
    expect(await sandbox(id)).toMatchObject({ status: "ERROR", errorType: "WORKER_LOST" })
  })
})

test("a sandbox that its worker claimed without learning of it is given up", { timeout: 60_000 }, async () => {
  const id = newId()
  await insertSandbox(platform().services.db, {
    id,
    userId: await platform().ownerId(),
    name: "unknown",
    image: "i",
    cpuCores: 1,
    memoryGb: 1,
    diskGb: 1,
    networkAccess: true,
    timeoutMinutes: 60,
    labels: [],
    status: "PROVISIONING",
    worker: platform().config.workerName,
  })
  expect(await until(id, ended)).toMatchObject({ status: "ERROR", errorType: "WORKER_LOST" })
})

test("a worker that cannot isolate programs says so, and there are no sandboxes", { timeout: 60_000 }, async () => {
  await worker.stop()
  const plain = {
    ...platform(),
    services: {
      ...platform().services,
      config: { ...platform().config, sandbox: { ...platform().config.sandbox, kind: "process" as const } },
    },
  }
  const second = await startWorker(plain, { stopRuns: true })
  const hosts = await listSandboxHosts(platform().services.db)
  expect(hosts.find((host) => host.worker === platform().config.workerName)).toMatchObject({ executor: "process" })
  const { status, body } = await call("POST", "/sandbox", { name: "sandbox", docker_image: "i" })
  expect(status).toBe(503)
  expect(body.detail).toMatch(/^There are no sandboxes on this platform: programs cannot be kept apart on the worker's machine/)
  await second.stop()
  worker = await startWorker(platform(), { stopRuns: true })
})

const asks = `
from prime_sandboxes import APIClient, CreateSandboxRequest, SandboxClient
client = SandboxClient(APIClient())
def ask():
    sandbox = client.create(CreateSandboxRequest(name="of the run", docker_image="python:3.11-slim", vm=False, memory_gb=0.5))
    client.wait_for_creation(sandbox.id)
    return client.execute_command(sandbox.id, "echo from the sandbox").stdout
`

describe("a run whose environment uses sandboxes", () => {
  const launch = async (environmentId: string, config: object): Promise<any> => {
    const { body } = await call("POST", "/hosted-evaluations", {
      environment_ids: [environmentId],
      inference_model: "test/scripted",
      eval_config: { num_examples: 1, rollouts_per_example: 1, ...config },
    })
    return untilRun(platform(), body.evaluation_id)
  }
  const logText = (id: string) => logOf(platform(), id)

  test.runIf(works)("may when it was allowed, and what it leaves behind ends with it", { timeout: 150_000 }, async () => {
    const code = `${asks}${echoEnvironment({ load: "print('printed', ask())" })}`
    const run = await launch(await publishEnvironment(platform(), "asker", code), { allow_sandbox_access: true })
    expect(run, await logText(run.evaluation_id)).toMatchObject({ status: "COMPLETED", refused_permissions: [] })
    expect(await logText(run.evaluation_id)).toContain("printed from the sandbox")
    const { body } = await call("GET", `/evaluations/${run.evaluation_id}/sandboxes`)
    expect(body).toMatchObject({ total: 1, active: 0, sandboxes: [{ name: "of the run", status: "TERMINATED", executor: "bubblewrap" }] })
    expect(body.seconds).toBeGreaterThan(0)
    expect(await sandbox(body.sandboxes[0].sandbox_id)).toMatchObject({ errorType: "RUN_ENDED", evaluationId: run.evaluation_id })
    await untilNoFolder(body.sandboxes[0].sandbox_id)
  })

  test("fails naming the toggle when it was not allowed", { timeout: 150_000 }, async () => {
    const code = `${asks}${echoEnvironment({ load: "ask()" })}`
    const run = await launch(await publishEnvironment(platform(), "refused", code), {})
    expect(run).toMatchObject({ status: "FAILED", refused_permissions: ["sandbox"], failure: { class: "missing_permission" } })
    expect(run.failure.message).toContain("This run may not use sandboxes: it was started without Allow sandbox access.")
  })
})
