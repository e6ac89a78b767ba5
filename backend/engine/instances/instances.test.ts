import { execFile, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { startWorker } from "../../start-worker.ts"
import { setBudget } from "../../store/usage/limits.ts"
import { hasBubblewrap } from "../../testing/isolation.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until as untilSeen } from "../../testing/until.ts"
import { meterInstances } from "./meter-instances.ts"

// The real SSH client, through the door, into instances that a worker really keeps.
const works = await hasBubblewrap("Instances")
const [port, sshPort] = [await freePort(), await freePort()]
const scratch = await mkdtemp(path.join(tmpdir(), "he-instances-"))
const platform = testPlatform({
  WORKER_PORT: String(port),
  SSH_PORT: String(sshPort),
  INSTANCES_PER_USER: "3",
  INSTANCE_USD_PER_HOUR: "3600",
  SANDBOXES_MAX_MEMORY_GB: "2",
  SANDBOXES_MAX_DISK_GB: "2",
})
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
let worker: { stop: () => Promise<void> }
let keyId = ""

const keygen = (file: string, ...options: string[]) =>
  new Promise<string>((resolve, reject) =>
    execFile("ssh-keygen", ["-q", "-N", "", "-C", "", "-f", path.join(scratch, file), ...options], (error) =>
      error ? reject(error) : resolve(readFile(path.join(scratch, `${file}.pub`), "utf8")),
    ),
  )

beforeAll(async () => {
  worker = await startWorker(platform(), { stopRuns: true })
  keyId = (await call("POST", "/ssh_keys/", { name: "laptop", publicKey: await keygen("laptop", "-t", "ed25519") })).body.id
})
afterAll(async () => {
  await worker?.stop()
  await rm(scratch, { recursive: true })
})
afterEach(async () => {
  for (const { id } of (await call("GET", "/pods")).body.data) await call("DELETE", `/pods/${id}`)
})

const asked = (more: object = {}) => ({
  pod: { name: "one", cloudId: "local-sandbox", gpuType: "CPU_NODE", gpuCount: 1, vcpus: 1, memory: 1, diskSize: 1, ...more },
  provider: { type: "local" },
})

async function active(more: object = {}): Promise<any> {
  const made = await call("POST", "/pods", asked(more))
  expect(made.status, JSON.stringify(made.body)).toBe(200)
  return untilSeen("the instance is active", async () => {
    const { body } = await call("GET", `/pods/${made.body.id}`)
    return body.status === "ACTIVE" && body
  })
}

interface Ended {
  code: number | null
  out: string
  errors: string
}

/** Runs ssh as `prime pods ssh` does, and with more options. */
function ssh(connection: string, args: string[], { input = "", key = "laptop" } = {}): Promise<Ended> {
  const [host = "", at = ""] = connection.split(" -p ")
  const options = ["-i", path.join(scratch, key), "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR"]
  const known = ["-o", `UserKnownHostsFile=${path.join(scratch, "known")}`, "-F", "none"]
  const [flags, command] = [args.filter((arg) => arg.startsWith("-")), args.filter((arg) => !arg.startsWith("-"))]
  const child = spawn("ssh", [...options, ...known, ...flags, "-p", at, host, ...command])
  child.stdin.end(input)
  const said = { out: "", errors: "" }
  child.stdout.on("data", (data) => (said.out += data))
  child.stderr.on("data", (data) => (said.errors += data))
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })))
}

describe.runIf(works)("an instance", () => {
  test("is reached by ssh with the key of whoever made it", { timeout: 60_000 }, async () => {
    const { id, sshConnection, hostKeyFingerprint } = await active({ envVars: [{ key: "COLOUR", value: "blue" }] })
    expect(sshConnection).toBe(`${id}@127.0.0.1 -p ${sshPort}`)
    expect(await ssh(sshConnection, ["echo $COLOUR; pwd; echo wrong >&2; exit 7"])).toEqual({
      code: 7,
      out: "blue\n/workspace\n",
      errors: "wrong\n",
    })
    // What was written stays for the next connection, and a shell takes what it is to do from its input.
    expect(await ssh(sshConnection, ["cat > kept"], { input: "x".repeat(300_000) })).toMatchObject({ code: 0 })
    expect(await ssh(sshConnection, [], { input: "wc -c < kept\nexit 3\n" })).toMatchObject({ code: 3, out: "300000\n" })
    expect((await ssh(sshConnection, ["head -c 3000000 /dev/zero"])).out).toHaveLength(3_000_000)
    const known = await readFile(path.join(scratch, "known"), "utf8")
    const [line = ""] = known.trim().split("\n")
    const fingerprint = createHash("sha256")
      .update(Buffer.from(line.split(" ")[2] as string, "base64"))
      .digest("base64")
    expect(hostKeyFingerprint).toBe(`SHA256:${fingerprint.replace(/=+$/, "")}`)
  })

  test("has a terminal, signals, and ports that ssh forwards", { timeout: 60_000 }, async () => {
    const { sshConnection } = await active()
    const shell = await ssh(sshConnection, ["-tt"], { input: "stty rows 20; tty; echo $TERM-$((40 + 2))\nexit 4\n" })
    expect(shell).toMatchObject({ code: 4, out: expect.stringContaining("/dev/pts/") })
    expect(shell.out).toContain("-42")
    expect(await ssh(sshConnection, ["kill -TERM $$"])).toMatchObject({ code: 255 })
    const local = await freePort()
    const serving = ssh(sshConnection, [`-L${local}:localhost:8123`, "timeout 20 python3 -m http.server 8123 --bind 127.0.0.1"])
    await untilSeen("the forwarded port answers", () =>
      fetch(`http://127.0.0.1:${local}/`)
        .then(({ ok }) => ok)
        .catch(() => false),
    )
    expect(await ssh(sshConnection, ["pkill -f '[h]ttp.server'"])).toMatchObject({ code: 0 })
    await serving
  })

  test("is left by a client that is gone, with what it ran", { timeout: 60_000 }, async () => {
    const { sshConnection } = await active()
    const [host = "", at = ""] = sshConnection.split(" -p ")
    const leaves = async (afterMs: number) => {
      const options = [
        "-i",
        path.join(scratch, "laptop"),
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        `UserKnownHostsFile=${scratch}/known`,
        "-F",
        "none",
      ]
      const child = spawn("ssh", [...options, "-p", at, host, "sleep 300"], { stdio: "ignore" })
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      child.kill("SIGKILL")
    }
    // Some before they have signed in, some while their session begins, some long after.
    for (const afterMs of [100, 150, 200, 250, 300, 400, 600, 1000]) await leaves(afterMs)
    await untilSeen("nothing sleeps", async () => (await ssh(sshConnection, ["pgrep -x sleep"])).code === 1)
  })

  test("opens to nobody else's key, and to none that was taken away", { timeout: 60_000 }, async () => {
    const { sshConnection } = await active()
    await keygen("stranger", "-t", "ed25519")
    const refused = { code: 255, errors: expect.stringContaining("Permission denied (publickey)") }
    expect(await ssh(sshConnection, ["true"], { key: "stranger" })).toMatchObject(refused)
    expect(await ssh(sshConnection.replace(/^\w+/, "nobody"), ["true"])).toMatchObject(refused)
    const { body: rsa } = await call("POST", "/ssh_keys/", { name: "rsa", publicKey: await keygen("rsa", "-t", "rsa", "-b", "2048") })
    expect(await ssh(sshConnection, ["true"], { key: "rsa" })).toMatchObject({ code: 0 })
    await call("DELETE", `/ssh_keys/${rsa.id}/`)
    expect(await ssh(sshConnection, ["true"], { key: "rsa" })).toMatchObject(refused)
    expect((await call("GET", "/ssh_keys/")).body.data).toMatchObject([{ id: keyId, name: "laptop" }])
  })

  test("is gone when it is terminated, with every shell in it", { timeout: 60_000 }, async () => {
    const { id, sshConnection } = await active()
    const open = ssh(sshConnection, ["echo ready; sleep 60"])
    await untilSeen("somebody is in it", async () => (await ssh(sshConnection, ["pgrep sleep"])).code === 0)
    expect(await call("DELETE", `/pods/${id}`)).toMatchObject({ status: 200, body: { id, status: "TERMINATED" } })
    expect(await open).toMatchObject({ code: 255, errors: expect.stringContaining("The instance has ended") })
    expect(await ssh(sshConnection, ["true"])).toMatchObject({ code: 255, errors: expect.stringContaining("The instance has ended") })
    const { body } = await call("GET", "/pods/history")
    expect(body.data.find((one: any) => one.id === id)).toMatchObject({ status: "TERMINATED", terminatedAt: expect.any(String) })
    // By its id alone it is no sandbox.
    expect((await call("GET", `/sandbox/${id}`)).status).toBe(404)
    expect((await call("GET", "/sandbox")).body.total).toBe(0)
  })

  test("is counted and paid for until the account's budget is used up", { timeout: 60_000 }, async () => {
    const account = { userId: await platform().ownerId(), teamId: null }
    const { id } = await active()
    const context = { services: platform().services, owner: platform().config.workerName }
    await untilSeen("a second has passed", async () => {
      await meterInstances(context)
      return (await call("GET", `/pods/${id}`)).body.costUsd > 1
    })
    await setBudget(platform().services.db, account, 1)
    await meterInstances(context)
    const { body } = await call("GET", `/pods/${id}`)
    expect(body).toMatchObject({ status: "TERMINATED", endReason: expect.stringContaining("Your budget of $1.00") })
    expect(await call("POST", "/pods", asked())).toMatchObject({ status: 402 })
    await setBudget(platform().services.db, account, null)
    const { rows } = await platform().database.pool.query("select sum(sandbox_usd) as usd, sum(sandbox_ms) as ms from daily_usage")
    // Everything that this file's instances cost stands in the account's days, once.
    const costs = (await call("GET", "/pods/history")).body.data.map((one: any) => one.totalBilledPrice)
    expect(rows[0].usd).toBeCloseTo(
      costs.reduce((sum: number, usd: number) => sum + usd, 0),
      6,
    )
    expect(Number(rows[0].ms) / 1000).toBeCloseTo(rows[0].usd, 1)
  })
})

test("a worker that cannot open the port keeps no instances, and says why", { timeout: 60_000 }, async () => {
  await worker.stop()
  const blocker = createServer()
  await new Promise<void>((resolve) => blocker.listen(sshPort, "127.0.0.1", resolve))
  worker = await startWorker(platform(), { stopRuns: true })
  const { status, body } = await call("POST", "/pods", asked())
  expect({ status, detail: body.detail }).toEqual({
    status: 503,
    detail: expect.stringContaining(`the port ${sshPort} for SSH cannot be opened`),
  })
  expect((await call("GET", "/availability/gpus")).body.items).toMatchObject([{ stockStatus: "Unavailable" }])
  blocker.close()
})
