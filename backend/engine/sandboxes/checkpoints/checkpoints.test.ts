import { readdir } from "node:fs/promises"
import path from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { freePort } from "../../../../scripts/lib/free-port.mjs"
import { checkpointKey } from "../../../base/files.ts"
import { machineName } from "../../../base/machine.ts"
import { startWorker } from "../../../start-worker.ts"
import { endRunSandboxes } from "../../../store/sandboxes/end-sandboxes.ts"
import { recordHostHeartbeat } from "../../../store/sandboxes/sandbox-hosts.ts"
import { hasBubblewrap } from "../../../testing/isolation.ts"
import { runContext } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import { until } from "../../../testing/until.ts"

const works = await hasBubblewrap("Checkpoints of sandboxes")
const port = await freePort()
// Room for a few megabytes that do not compress.
const platform = testPlatform({ WORKER_PORT: String(port), SANDBOXES_PER_WORKER: "4", CHECKPOINTS_GB_PER_OWNER: "0.02" })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
let worker: { stop: () => Promise<void> }
const start = async (stopRuns: boolean) => {
  worker = await startWorker(platform(), { stopRuns })
}

beforeAll(() => start(true))
afterAll(() => worker.stop())
afterEach(async () => {
  const { sandboxes } = (await call("GET", "/sandbox?is_active=true")).body
  if (sandboxes.length > 0) await call("DELETE", "/sandbox", { sandbox_ids: sandboxes.map((one: any) => one.id) })
  await platform().database.pool.query("update sandbox_checkpoints set state = 'DELETING'")
})

async function settled(id: string): Promise<any> {
  let found: any
  const isSettled = async () => {
    found = (await call("GET", `/sandbox/${id}`)).body
    return !["PENDING", "PROVISIONING"].includes(found.status) && found
  }
  return until(() => `the sandbox is ${JSON.stringify(found)}`, isSettled, { seconds: 60 })
}

async function made(more: object = {}): Promise<string> {
  const wish = { name: "sandbox", docker_image: "python:3.11-slim", memory_gb: 0.5, disk_size_gb: 1, ...more }
  const { status, body } = await call("POST", "/sandbox", wish)
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

async function running(more: object = {}): Promise<string> {
  const id = await made(more)
  const found = await settled(id)
  expect(found, found.errorMessage).toMatchObject({ status: "RUNNING" })
  return id
}

const fromCheckpoint = (checkpoint: string) => ({ docker_image: undefined, disk_size_gb: undefined, checkpoint_id: checkpoint })
const restored = (checkpoint: string, more: object = {}) => running({ ...fromCheckpoint(checkpoint), ...more })
const notRestored = async (checkpoint: string) => settled(await made(fromCheckpoint(checkpoint)))

async function execute(id: string, command: string): Promise<string> {
  const { body: auth } = await call("POST", `/sandbox/${id}/auth`)
  const response = await fetch(`${auth.gateway_url}/${auth.user_ns}/${auth.job_id}/exec`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${auth.token}` },
    body: JSON.stringify({ command, timeout: 60 }),
  })
  const done: any = await response.json()
  expect(done, JSON.stringify(done)).toMatchObject({ exit_code: 0 })
  return done.stdout
}

async function asked(sandbox: string): Promise<string> {
  const { status, body } = await call("POST", `/sandbox/${sandbox}/checkpoints`)
  expect({ status, body }).toMatchObject({ status: 201, body: { state: "PENDING", sandbox_id: sandbox, stored_bytes: null } })
  return body.id
}

async function taken(id: string): Promise<any> {
  let found: any
  const isTaken = async () => {
    found = (await call("GET", `/sandbox/checkpoints/${id}`)).body
    return found.state !== "PENDING" && found
  }
  return until(() => `the checkpoint is ${JSON.stringify(found)}`, isTaken, { seconds: 60 })
}

/** Starts something in a sandbox that answers the next request in its agent's place: with the beginning of an archive that never comes. */
async function beginNothing(id: string): Promise<void> {
  const lie = `import os, socket, threading
def answer(one):
    one.recv(1000)
    one.sendall(b'{"packing": true}\\n' + b"\\xff\\xff\\xff\\xff" + b"x" * 1000)
    one.recv(1000)
    one.close()
for _ in range(6):
    one = socket.socket(socket.AF_UNIX)
    one.connect("/.sandbox/shown/agent.sock")
    threading.Thread(target=answer, args=[one]).start()
open("/app/ready", "w").close()`
  // The agent waits for a request from the beginning, the others from then on: requests are served in that order.
  await execute(
    id,
    `echo '${lie.replaceAll("'", "'\\''")}' > /app/lie.py; sleep 0.5; nohup python /app/lie.py > /dev/null 2>&1 &
     while [ ! -e /app/ready ]; do sleep 0.1; done; sleep 0.2`,
  )
  await execute(id, "true")
}

/** Of the archive, in the store of files; null where there is none. */
const bytesOf = (id: string) => platform().services.files.size(checkpointKey(id))

/** Also what is unfinished. */
const filesOf = (id: string) => readdir(path.join(platform().config.dataDir, "files/checkpoints", id)).catch(() => [])

describe.runIf(works)("a checkpoint", () => {
  test("is what a sandbox has written, for another one to start with", { timeout: 120_000 }, async () => {
    const id = await running({ network_access: false })
    await execute(
      id,
      `mkdir -p /app/empty /root/.config && echo one > /workspace/file && chmod 640 /workspace/file && ln /workspace/file /workspace/same
       ln -s /etc/passwd /app/passwd; mkfifo /tmp/pipe; echo closed > /data/closed; chmod 0 /data/closed; truncate -s 900M /home/sparse
       echo 'said = 1' > $(python -c 'import site; print(site.getsitepackages()[0])')/tiny.py
       python -c 'import socket; socket.socket(socket.AF_UNIX).bind("/tmp/socket")'`,
    )
    const checkpoint = await taken(await asked(id))
    expect(checkpoint).toMatchObject({
      ...{ state: "DURABLE", error: null, parent_id: null, depth: 0 },
      ...{ docker_image: "python:3.11-slim", disk_size_bytes: 2 ** 30 },
    })
    expect(checkpoint.stored_bytes).toBe(await bytesOf(checkpoint.id))
    expect(checkpoint.stored_bytes).toBeLessThan(100_000)
    await call("DELETE", `/sandbox/${id}`)

    const second = await restored(checkpoint.id, { start_command: "cat /workspace/file > /tmp/seen; sleep 600" })
    expect((await call("GET", `/sandbox/${second}`)).body).toMatchObject({
      dockerImage: "python:3.11-slim",
      diskSizeGB: 1,
      checkpointId: checkpoint.id,
    })
    const seen = await execute(
      second,
      `cat /tmp/seen; stat -c '%a %h' /workspace/same; [ -d /app/empty ] && [ -d /root/.config ] && readlink /app/passwd
       [ -p /tmp/pipe ] && echo pipe; stat -c '%a' /data/closed; stat -c '%s' /home/sparse; du -m /home/sparse | cut -f1
       cd / && python -c 'import tiny; print(tiny.said)'; ls /tmp/socket /.sandbox/shown/checkpoint.tar.gz 2>&1 | grep -c 'No such file'`,
    )
    expect(seen.split("\n")).toEqual(["one", "640 2", "/etc/passwd", "pipe", "0", String(900 * 2 ** 20), "0", "1", "2", ""])
    // One of the second one knows where it came from, and does not need it.
    const child = await taken(await asked(second))
    expect(child).toMatchObject({ state: "DURABLE", parent_id: checkpoint.id, depth: 1 })
    expect((await call("DELETE", `/sandbox/checkpoints/${checkpoint.id}`)).status).toBe(200)
    expect(await filesOf(checkpoint.id)).toEqual([])
    expect((await call("GET", `/sandbox/checkpoints/${checkpoint.id}`)).status).toBe(404)
    const third = await restored(child.id)
    expect(await execute(third, "cat /workspace/file")).toBe("one\n")
  })

  test("has the files of one moment, and what runs goes on", { timeout: 90_000 }, async () => {
    const id = await running()
    // Small files that are all replaced in turn, in ten folders with something large that takes a while to be read.
    await execute(
      id,
      `for i in $(seq 0 9); do mkdir /app/$i && head -c 1000000 /dev/urandom > /app/$i/large; done
       echo 'import os
n = 0
while True:
    n += 1
    for i in range(200):
        name = f"/app/{i // 20}/small{i}"
        with open(name + ".new", "w") as file:
            file.write(f"{n} ")
        os.rename(name + ".new", name)' > /app/replace.py
       nohup python /app/replace.py > /dev/null 2>&1 &
       sleep 1`,
    )
    const checkpoint = await taken(await asked(id))
    expect(checkpoint).toMatchObject({ state: "DURABLE" })
    expect(await execute(id, "a=$(cat /app/0/small0); sleep 0.5; b=$(cat /app/0/small0); [ $b -gt $a ] && echo alive")).toBe("alive\n")
    const second = await restored(checkpoint.id)
    const rounds = (await execute(second, "cd /app; cat [0-9]/small*[0-9]")).trim().split(" ").map(Number)
    expect(rounds).toHaveLength(200)
    // It was stopped in the middle of one round.
    expect(Math.max(...rounds) - Math.min(...rounds)).toBeLessThanOrEqual(1)
  })

  test("that is larger than its owner's limit fails, and leaves nothing behind", { timeout: 90_000 }, async () => {
    const id = await running()
    await execute(id, "head -c 30000000 /dev/urandom > /app/large")
    const checkpoint = await taken(await asked(id))
    expect(checkpoint).toMatchObject({ state: "FAILED", error: expect.stringContaining("larger than what is left of the bytes") })
    expect(await filesOf(checkpoint.id)).toEqual([])
    expect((await call("POST", "/sandbox", { name: "n", checkpoint_id: checkpoint.id })).body.detail).toContain("is FAILED")
    await execute(id, "rm /app/large")
    expect(await taken(await asked(id))).toMatchObject({ state: "DURABLE" })
  })

  test("fails with the end of its sandbox, also where something in it took the agent's place", { timeout: 90_000 }, async () => {
    const id = await running()
    await beginNothing(id)
    const checkpoint = await asked(id)
    await until("its archive is begun", async () => (await filesOf(checkpoint)).length > 0, { seconds: 30 })
    expect((await call("POST", `/sandbox/${id}/checkpoints`)).body.detail).toContain("is being taken")
    expect((await call("DELETE", `/sandbox/checkpoints/${checkpoint}`)).status).toBe(409)
    await call("DELETE", `/sandbox/${id}`)
    expect(await taken(checkpoint)).toMatchObject({ state: "FAILED", error: "The sandbox ended before its files were stored" })
    await until("nothing is left of it", async () => (await filesOf(checkpoint)).length === 0)
    expect((await call("DELETE", `/sandbox/checkpoints/${checkpoint}`)).status).toBe(200)
  })

  test("whose archive is gone or damaged makes no sandbox, and the sandbox says why", { timeout: 90_000 }, async () => {
    const id = await running()
    const one = await taken(await asked(id))
    const other = await taken(await asked(id))
    const { files } = platform().services
    await files.delete(checkpointKey(one.id))
    const damaged = async function* () {
      yield Buffer.from("damaged")
    }
    await files.put(checkpointKey(other.id), damaged())
    expect(await notRestored(one.id)).toMatchObject({
      ...{ status: "ERROR", errorType: "START_FAILED" },
      errorMessage: expect.stringContaining("cannot be read: it may have been deleted"),
    })
    const broken = await notRestored(other.id)
    expect(broken).toMatchObject({ status: "ERROR", errorMessage: expect.stringContaining("The checkpoint cannot be unpacked: ") })
  })

  test("is taken by the next worker where the first one is lost", { timeout: 120_000 }, async () => {
    await worker.stop()
    await start(false)
    const id = await running()
    await execute(id, "echo kept > /app/file")
    await worker.stop()
    // Asked for while no worker was there.
    const checkpoint = await asked(id)
    const dead = `${machineName()}-4194303-0b`
    await platform().database.pool.query("update sandboxes set worker = $1 where id = $2", [dead, id])
    await recordHostHeartbeat(platform().services.db, {
      ...{ worker: dead, executor: "bubblewrap", gatewayUrl: "http://gone.test", refusal: null },
    })
    await start(true)
    expect(await taken(checkpoint)).toMatchObject({ state: "DURABLE" })
    const second = await restored(checkpoint)
    expect(await execute(second, "cat /app/file")).toBe("kept\n")
  })

  test("is begun again where its worker is replaced in the middle of it", { timeout: 90_000 }, async () => {
    await worker.stop()
    await start(false)
    const id = await running()
    await execute(id, "echo kept > /app/file")
    await beginNothing(id)
    const checkpoint = await asked(id)
    await until("its archive is begun", async () => (await filesOf(checkpoint)).length > 0, { seconds: 30 })
    await worker.stop()
    expect((await call("GET", `/sandbox/checkpoints/${checkpoint}`)).body.state).toBe("PENDING")
    expect(await filesOf(checkpoint)).toEqual([])
    await start(true)
    expect(await taken(checkpoint)).toMatchObject({ state: "DURABLE" })
    expect(await execute(await restored(checkpoint), "cat /app/file")).toBe("kept\n")
  })

  test("of a run ends with the run, bytes and all, and one that a person took of its sandbox stays", { timeout: 90_000 }, async () => {
    const { services, database } = platform()
    const { evaluationId: run } = await runContext(platform(), { userId: await platform().ownerId() }, ["sandbox"])
    const id = await running()
    const ofRun = await taken(await asked(id))
    const ofPerson = await taken(await asked(id))
    await database.pool.query("update sandboxes set evaluation_id = $1 where id = $2", [run, id])
    await database.pool.query("update sandbox_checkpoints set evaluation_id = $1 where id = $2", [run, ofRun.id])
    await endRunSandboxes(services.db, run)
    await until("its bytes are gone", async () => (await bytesOf(ofRun.id)) === null, { seconds: 30 })
    await until("its row is gone", async () => (await call("GET", `/sandbox/checkpoints/${ofRun.id}`)).status === 404)
    expect(await bytesOf(ofPerson.id)).toBe(ofPerson.stored_bytes)
    expect((await call("GET", `/sandbox/checkpoints/${ofPerson.id}`)).body.state).toBe("DURABLE")
  })
})
