// Serves a platform of its own on a throw-away database and lets schemathesis ask it whatever the served OpenAPI document allows: no
// answer may be a 5xx or contradict the document. Arguments: the python that has schemathesis, its phase (fuzzing, coverage), and where its JUnit report goes.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { serve } from "@hono/node-server"
import { readConfig } from "../backend/base/config.ts"
import { createPlatform } from "../backend/platform.ts"
import { publishFolder } from "../backend/seed.ts"
import { migrateDatabase } from "../backend/store/migrate.ts"
import { recordHostHeartbeat } from "../backend/store/sandboxes/sandbox-hosts.ts"
import { createDatabase, dropDatabase } from "../backend/testing/template-database.ts"
import { endpoints } from "../contract/index.ts"

const key = "he_key_of_the_contract_check"
// A fixed seed and a fixed number of examples: a failure comes again, and the time stays about the same.
// One thread: Python 3.11 can fail with "AST constructor recursion depth mismatch" when two of them parse code, as Hypothesis does.
const budget = ["--warnings", "off", "--seed", "7", "--max-examples", "8", "--workers", "1"]
const checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
// Streams that do not end, answers that come from a model's provider, and what the document says is answered with 501 alone.
const notOffered = Object.entries(endpoints).flatMap(([id, entry]) =>
  entry.status === 501 || ("unavailable" in entry && entry.unavailable === 501) ? [id] : [],
)
const excluded = ["streamEvents", "createChatCompletion", ...notOffered]

const [python = "python3", phase = "fuzzing", report] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), "he-contract-"))

const { name, url: databaseUrl } = await createDatabase("he_contract")
await migrateDatabase(databaseUrl, join(import.meta.dirname, "../backend/store/migrations"))
const settings = { DATABASE_URL: databaseUrl, DATA_DIR: folder, SECRET_KEY: "0f".repeat(32), API_KEY: key, LOG_LEVEL: "error" }
const platform = createPlatform(readConfig({ ...process.env, ...settings, PROVIDERS_FILE: "" }), "contract")
await platform.ownerId()
writeFileSync(join(folder, "schemathesis.toml"), parameters(await somethingToFind()))

/** An environment and an evaluation with samples, so that most requests find what they ask for. */
async function somethingToFind() {
  await publishFolder(platform, join(import.meta.dirname, "../environments/number_hunt"))
  const userId = await platform.ownerId()
  /** @param {string} path @param {object} [body] */
  const ask = async (path, body) => {
    const request = body ? { method: "POST", body: JSON.stringify(body) } : {}
    const response = await platform.fetch(new Request(`http://platform.invalid/api/v1${path}`, request), { userId })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }
  const environment = (await ask("/environmentshub/local/number-hunt/@latest")).data
  const evaluation = (await ask("/evaluations/", { name: "a run", environments: [{ id: environment.id }] })).evaluation_id
  const samples = [0, 1, 2].map((i) => ({ sample_id: `s${i}`, example_id: i, reward: i / 2, prompt: "p", metrics: { m: i } }))
  await ask(`/evaluations/${evaluation}/samples`, { samples })
  const [sample] = (await ask(`/evaluations/${evaluation}/sample-summaries`)).samples
  await uploadEpisode(userId, evaluation)
  // A worker that says it keeps sandboxes; none comes for them, so they wait.
  const host = { worker: "contract-0", executor: "bubblewrap", gatewayUrl: "http://127.0.0.1:9/sandboxes", refusal: null }
  await recordHostHeartbeat(platform.services.db, host)
  setInterval(() => recordHostHeartbeat(platform.services.db, host).catch(() => {}), 10_000).unref()
  const sandbox = await ask("/sandbox", { name: "a sandbox", docker_image: "python:3.11-slim", idempotency_key: "one" })
  const wheel = environment.wheel_url.split("/").at(-1)
  return {
    owner: "local",
    name: "number-hunt",
    project: "number-hunt",
    version: "latest",
    environment_id: environment.id,
    version_id: environment.version_id,
    action_id: environment.action.id,
    filename: wheel,
    evaluation_id: evaluation,
    sample_id: sample.sample_id,
    run_id: evaluation,
    trace_id: "a-trace",
    episode_id: "an-episode",
    sandbox_id: sandbox.id,
  }
}

/** One episode of the evaluation, as prime-traces uploads it. @param {string} userId @param {string} run */
async function uploadEpisode(userId, run) {
  const node = { message: { role: "user", content: "hello" }, sampled: false }
  const trace = {
    id: "a-trace",
    run: { id: run, work: { step: 1 } },
    nodes: [node],
    calls: [{ model: "m" }],
    rewards: { r: { score: 1 } },
    ok: true,
  }
  const line = JSON.stringify({ id: "an-episode", run: { id: run }, traces: [trace], ok: true })
  const body = new FormData()
  body.append("metadata", new Blob(['{"schema_version": 1}']))
  body.append("traces", new Blob([line]))
  const headers = {
    "idempotency-key": `sha256:${createHash("sha256").update(line).digest("hex")}`,
    "x-prime-line-format": "episode",
  }
  const response = await platform.fetch(new Request("http://platform.invalid/api/v1/traces", { method: "POST", body, headers }), { userId })
  if (!response.ok) throw new Error(`the episode was answered ${response.status}: ${await response.text()}`)
}

/** What stands for the names in addresses; whoever deletes gets ids of nothing, or all the others would find nothing either. */
function parameters(/** @type {Record<string, string>} */ values) {
  const lines = (/** @type {(value: string) => string} */ of) =>
    Object.entries(values).map(([name, value]) => `"path.${name}" = ${JSON.stringify(of(value))}`)
  return [
    "[parameters]",
    ...lines((value) => value),
    "[[operations]]",
    'include-method = "DELETE"',
    "[operations.parameters]",
    ...lines(() => "nothing"),
  ].join("\n")
}

/** How often each status was answered: a run that finds nothing but 404 would prove little. @type {Map<number, number>} */
const answers = new Map()
/** @param {Request} request */
async function fetch(request) {
  const response = await platform.fetch(request, null)
  answers.set(response.status, (answers.get(response.status) ?? 0) + 1)
  return response
}

// Longer addresses than Node takes by default: what it answers to those is no matter of the contract.
const serverOptions = { maxHeaderSize: 1024 * 1024 }
const listener = serve({ hostname: "127.0.0.1", port: 0, fetch, serverOptions }, ({ port }) => {
  const url = `http://127.0.0.1:${port}/api/v1/openapi.json`
  const exclude = excluded.flatMap((id) => ["--exclude-operation-id", id])
  const reports = report ? ["--report", "junit", "--report-junit-path", report] : []
  const options = [
    "--checks",
    checks,
    "--header",
    `Authorization: Bearer ${key}`,
    "--no-color",
    "--phases",
    phase,
    ...reports,
    ...budget,
    ...exclude,
  ]
  const child = spawn(python, ["-m", "schemathesis.cli", "run", url, ...options], { stdio: "inherit", cwd: folder })
  child.once("close", async (code) => {
    console.log(
      [...answers]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${status}: ${count}`)
        .join("  "),
    )
    listener.close()
    await platform.close()
    await dropDatabase(name)
    rmSync(folder, { recursive: true, force: true })
    process.exit(code ?? 1)
  })
})
