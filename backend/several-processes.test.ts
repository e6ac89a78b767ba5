import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import type { Server } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../scripts/lib/free-port.mjs"
import { withClient } from "./store/db.ts"
import migrations from "./store/migrations/meta/_journal.json" with { type: "json" }
import { startReceiver } from "./testing/receiver.ts"
import { createDatabase, dropDatabase } from "./testing/template-database.ts"
import { until } from "./testing/until.ts"
import { balance, startWebProcess } from "./testing/web-process.ts"

/** Two web processes and two workers on one database and one folder of files, behind one address. */
const key = "he_key_of_the_first_user_of_many"
const folder = await mkdtemp(path.join(tmpdir(), "he-several-"))
const receiver = await startReceiver()
let database = { name: "", url: "" }
let shared: Record<string, string> = {}
let ports = { address: 0, web: [0, 0] as [number, number], workers: [0, 0] as [number, number] }
let balancer: Server | null = null
const processes: ChildProcess[] = []
const requestsPerMinute = 900

beforeAll(async () => {
  database = await createDatabase("he_several")
  const free = async () => [await freePort(), await freePort()] as [number, number]
  ports = { address: await freePort(), web: await free(), workers: await free() }
  shared = {
    DATABASE_URL: database.url,
    SECRET_KEY: "0f".repeat(32),
    API_KEY: key,
    FILES: path.join(folder, "files"),
    PUBLIC_URL: `http://127.0.0.1:${ports.address}`,
    PYTHON_BASE: process.env.PYTHON_BASE as string,
    PYTHON_BASES: path.join(path.dirname(process.env.PYTHON_BASE as string), "../.."),
    UV: process.env.UV as string,
    LOG_LEVEL: "silent",
    DEMO_LATENCY: "0",
    MAX_CONCURRENT_CHECKS: "0",
    WARM_PROCESSES: "0",
    FRPS: "off",
    INSTANCES_PER_USER: "0",
    SANDBOX_ALLOW: "127.0.0.1:*",
    SANDBOX_AS_ROOT: "true",
    REQUESTS_PER_MINUTE: String(requestsPerMinute),
  }
})
afterAll(async () => {
  for (const child of processes) child.kill("SIGKILL")
  balancer?.closeAllConnections()
  balancer?.close()
  receiver.close()
  await dropDatabase(database.name)
  await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
})

const query = (text: string, parameters: unknown[] = []) =>
  withClient(database.url, async (client) => (await client.query(text, parameters)).rows)
const ask = async (port: number, method: string, address: string, body?: unknown, token = key) => {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${address}`, {
    method,
    headers: { ...(token && { authorization: `Bearer ${token}` }), "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text }
}
/** Through the load balancer, so that each request comes to the other process than the one before. */
const call = (method: string, address: string, body?: unknown, token = key) => ask(ports.address, method, address, body, token)

let log = ""
/** A program of backend/ in a process of its own. What goes wrong in it is in the log. */
const begin = (program: string, env: Record<string, string>): ChildProcess => {
  const child = spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, program)], {
    env: { ...process.env, NODE_ENV: "test", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  })
  child.stdout?.on("data", (piece) => {
    log += piece
  })
  processes.push(child)
  return child
}

test("all of them begin at once: the database is migrated once, and sample environments are published once", {
  timeout: 240_000,
}, async () => {
  const migrating = [0, 1, 2].map(() => begin("migrate.ts", shared))
  expect((await Promise.all(migrating.map((child) => once(child, "exit")))).map(([code]) => code)).toEqual([0, 0, 0])
  expect((await query("select count(*)::int as done from drizzle.__drizzle_migrations"))[0].done).toBe(migrations.entries.length)

  for (const [at, port] of ports.workers.entries())
    begin("worker.ts", {
      ...shared,
      API_KEY: "",
      DATA_DIR: path.join(folder, `worker-${at}`),
      WORKER_PORT: String(port),
      HOST: "127.0.0.1",
      LOG_LEVEL: "warn",
    })
  const webs = ports.web.map((port, at) =>
    startWebProcess({
      ...shared,
      DATA_DIR: path.join(folder, `web-${at}`),
      PORT: String(port),
      MODELS_URL: `http://127.0.0.1:${ports.workers[at]}`,
    }),
  )
  processes.push(...(await Promise.all(webs)))
  balancer = await balance(ports.address, ports.web)
  for (const port of [...ports.workers, ...ports.web])
    await until(
      "it answers",
      () =>
        ask(port, "GET", "/health").then(
          ({ status }) => status === 200,
          () => false,
        ),
      { seconds: 180 },
    )
  expect(await query("select count(*)::int as there from users")).toEqual([{ there: 1 }])
  const versions = await query(`select e.name, count(*)::int as versions from environments e join environment_versions v
    on v.environment_id = e.id group by 1 order by 1`)
  expect(versions).toEqual(
    ["gsm8k-100", "market-clerk", "number-hunt", "short-sums", "word-arithmetic"].map((name) => ({ name, versions: 1 })),
  )
  expect(log).not.toContain("sample environment")
})

const environmentOf = async (name: string): Promise<string> => (await call("GET", `/environmentshub/local/${name}/@latest`)).body.data.id
const launch = async (config: object = {}): Promise<string> => {
  const { status, body } = await call("POST", "/hosted-evaluations", {
    environment_ids: [await environmentOf("word-arithmetic")],
    inference_model: "demo/scholar",
    eval_config: { num_examples: 2, rollouts_per_example: 1, ...config },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.evaluation_id
}
const ended = (id: string) =>
  until(
    async () => `it has ended: ${JSON.stringify((await call("GET", `/evaluations/${id}`)).body)}`,
    async () => {
      const { body } = await call("GET", `/evaluations/${id}`)
      return ["COMPLETED", "FAILED"].includes(body.status) && body
    },
    { seconds: 180, everyMs: 300 },
  )

test("who signs in at one is signed in at the other, and signed out at both", async () => {
  const account = { email: "operator@example.com", password: "a long enough sentence 7" }
  const set = await call("PATCH", "/user/account", account)
  expect(set.status, JSON.stringify(set.body)).toBeLessThan(300)
  const signedIn = await ask(ports.web[0], "POST", "/auth/sign-in", account, "")
  expect(signedIn.status, JSON.stringify(signedIn.body)).toBe(201)
  const { token } = signedIn.body.data
  for (const port of ports.web) expect((await ask(port, "GET", "/user/whoami", undefined, token)).status).toBe(200)
  await ask(ports.web[1], "POST", "/auth/sign-out", {}, token)
  for (const port of ports.web) expect((await ask(port, "GET", "/user/whoami", undefined, token)).status).toBe(401)
})

test("attempts to sign in are counted for all processes together", async () => {
  const wrong = { email: "nobody@example.com", password: "not the right sentence" }
  const statuses: number[] = []
  for (let turn = 0; turn < 24; turn++) statuses.push((await call("POST", "/auth/sign-in", wrong, "")).status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(20)
  expect(statuses.slice(20)).toEqual([429, 429, 429, 429])
})

test("a run is launched at one, and seen live at the other; who is to be told of its end is told once", { timeout: 240_000 }, async () => {
  const channel = await call("POST", "/notifications/channels", { kind: "webhook", name: "build", url: receiver.url })
  expect(channel.status, JSON.stringify(channel.body)).toBe(201)
  const rule = await call("POST", "/notifications/rules", { events: ["ended"], channel_id: channel.body.channel.id })
  expect(rule.status, JSON.stringify(rule.body)).toBe(201)
  const leaving = new AbortController()
  const stream = await fetch(`http://127.0.0.1:${ports.web[0]}/api/v1/events`, {
    headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" },
    signal: leaving.signal,
  })
  expect(stream.status).toBe(200)
  let seen = ""
  const reading = (async () => {
    for await (const piece of stream.body as unknown as AsyncIterable<Uint8Array>) seen += Buffer.from(piece).toString()
  })().catch(() => {})
  const ids: string[] = []
  for (let runs = 0; runs < 4; runs++) ids.push(await launch())
  for (const id of ids) expect(await ended(id)).toMatchObject({ status: "COMPLETED", total_samples: 2 })
  for (const id of ids) await until("the other process has told of it", () => new RegExp(`${id}[^\\n]*COMPLETED`).test(seen))
  leaving.abort()
  await reading
  const told = () => receiver.received.map(({ body }) => JSON.parse(body.toString()).data.evaluation_id)
  await until("all are told", () => ids.every((id) => told().includes(id)), { seconds: 60 })
  expect(told().sort()).toEqual([...ids].sort())
})

test("a schedule that is due launches one run, whichever worker sees it first", { timeout: 240_000 }, async () => {
  const made = await call("POST", "/environmentshub/local/word-arithmetic/schedules", {
    name: "nightly",
    inference_model: "demo/scholar",
    eval_config: { num_examples: 1, rollouts_per_example: 1 },
    when: { kind: "daily", time: "06:00", time_zone: "UTC" },
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  await query("update run_schedules set next_at = now() - interval '1 minute'")
  // Both look at once.
  await query("select pg_notify('he_work', '')")
  const [next] = await until("it was launched", async () => {
    const rows = await query("select id from evaluations where schedule_id is not null")
    return rows.length > 0 && rows
  })
  await ended(next.id)
  expect(await query("select id from evaluations where schedule_id is not null")).toHaveLength(1)
})

test("a single sample whose answer found nobody is sent again to the other process, and stored once", async () => {
  const { body: run } = await call("POST", "/evaluations/", { name: "uploaded", run_id: "r", model_name: "m" })
  const address = `/evaluations/${run.evaluation_id}/samples`
  const sample = { samples: [{ example_id: 7, reward: 1 }] }
  const stored = async () => (await call("GET", `/evaluations/${run.evaluation_id}`)).body.total_samples
  const text = JSON.stringify(sample)
  const socket = connect(ports.web[0], "127.0.0.1")
  socket.on("error", () => {})
  const head = [`POST /api/v1${address} HTTP/1.1`, "host: x", `authorization: Bearer ${key}`, "content-type: application/json"]
  socket.write(`${[...head, `content-length: ${text.length}`].join("\r\n")}\r\n\r\n${text}`, () => socket.destroy())
  await until("it is stored", async () => (await stored()) === 1)
  await until("the process has seen that nobody is there", async () => {
    const [row] = await query("select cardinality(unanswered) as n from evaluations where id = $1", [run.evaluation_id])
    return row.n === 1
  })
  expect((await ask(ports.web[1], "POST", address, sample)).status).toBe(200)
  expect(await stored()).toBe(1)
  expect((await ask(ports.web[1], "POST", address, sample)).status).toBe(200)
  expect(await stored()).toBe(2)
})

test("limits of requests are those of each process, so two have twice as many", async () => {
  const { body: made } = await call("POST", "/user/api-keys", { name: "flood" })
  const token = made.data?.value
  expect(token, JSON.stringify(made)).toBeTruthy()
  // What one has counted, the other does not know.
  const flood = async (port: number) => {
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(port, "GET", "/user/whoami", undefined, token)))
      if (answers.some(({ status }) => status === 429)) return true
    }
    return false
  }
  expect(await flood(ports.web[0])).toBe(true)
  expect((await ask(ports.web[1], "GET", "/user/whoami", undefined, token)).status).toBe(200)
})
