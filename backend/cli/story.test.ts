import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { echoEnvironment } from "../testing/environments.ts"
import { startModelServer } from "../testing/model-server.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { type PrimeCli, startPrimeCli } from "./prime-cli.ts"

const port = await freePort()
const url = `http://127.0.0.1:${port}`
const slug = "local/story-env"

let wait = 0
const model = await startModelServer(async (request) => {
  await sleep(wait)
  return `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`
})
const configs = await mkdtemp(path.join(tmpdir(), "he-story-"))
const providers = path.join(configs, "providers.json")
await writeFile(providers, JSON.stringify([{ id: "test", name: "Test", base_url: model.url }]))

const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url, PROVIDERS_FILE: providers, MAX_CONCURRENT_CHECKS: "1" })
let worker: { stop: () => Promise<void> }
let prime: PrimeCli
let folder = ""
let release = ""

const cli: PrimeCli["cli"] = (...command) => prime.cli(...command)

const idIn = (output: string): string => /Evaluation ID: ([a-z0-9]{24})/.exec(output)?.[1] ?? expect.fail(`no evaluation id in\n${output}`)

async function writeEnvironment(version: string, description = "Says [/x] and :cat: back"): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    path.join(folder, "story_env.py"),
    echoEnvironment({ examples: 5, load: 'print("[info] loading [/x] :smile: list[int] [1, 2] INFO:root:cat")' }),
  )
  await writeFile(path.join(folder, "README.md"), "# story\n")
  await writeFile(
    path.join(folder, "pyproject.toml"),
    `[project]
name = "story-env"
version = "${version}"
description = "${description}"
requires-python = ">=3.11"
dependencies = []

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build]
include = ["story_env.py", "pyproject.toml"]
`,
  )
}

beforeAll(async () => {
  prime = await startPrimeCli(url, testApiKey)
  folder = path.join(prime.scratch, "story_env")
  worker = await startWorker(platform(), { stopRuns: true })
  release = (await cli(["--version"])).trim().split(" ").at(-1) ?? ""
  console.log(`prime ${release}`)
})
afterAll(async () => {
  await worker?.stop()
  model.close()
  await prime?.stop()
  await rm(configs, { recursive: true })
})

test("an environment is pushed, refused when nothing changed, bumped, listed and looked into", { timeout: 240_000 }, async () => {
  await writeEnvironment("0.1.0")
  const pushed = await cli(["env", "push", "--path", folder])
  expect(pushed).toContain(`Created environment: ${slug}`)
  expect(pushed).toContain(`Successfully pushed ${slug}`)
  const again = await cli(["env", "push", "--path", folder], 1)
  expect(again).toMatch(/content hash already exists \(0\.1\.0\)/)
  expect(again).toContain("--auto-bump")
  expect(await cli(["env", "push", "--path", folder, "--auto-bump"])).toContain(`Successfully pushed ${slug}`)
  const [list, status, info, file] = await Promise.all([
    cli(["env", "list"]),
    cli(["env", "status", slug]),
    cli(["env", "info", slug]),
    cli(["env", "inspect", slug, "README.md"]),
  ])
  await platform().call("POST", "/user/teams", { name: "Forks", slug: "forks" })
  expect(await cli(["fork", slug, "--team", "forks"])).toContain("forks/story-env")
  expect(list).toMatch(/local\/story-env.*Says.*and.*back.*0\.1\.1/)
  expect(status).toContain("Version: 0.1.1")
  expect(info).toContain(`${url}/api/v1/simple/local`)
  expect(file).toContain("# story")
})

test("its check installs and loads it, and the log comes through the terminal's markup as it was written", {
  timeout: 120_000,
}, async () => {
  const actions = async () => (await platform().call("GET", `/environmentshub/${slug}/actions`)).body.data.actions
  await expect.poll(async () => (await actions())[0].status, { timeout: 100_000, interval: 300 }).toBe("SUCCESS")
  const [{ id }] = await actions()
  // Later releases no longer show checks.
  if (!release.startsWith("0.6.")) return
  expect(await cli(["env", "action", "list", slug])).toMatch(new RegExp(`${id}.*SUCCESS.*0\\.1\\.1`))
  expect(await cli(["env", "action", "logs", slug, id])).toContain("[info] loading [/x] :smile: list[int] [1, 2] INFO:root:cat")
})

test("a hosted run is followed to its end, then read", { timeout: 240_000 }, async () => {
  const flags = ["--hosted", "-m", "test/scripted", "-n", "3", "-r", "2", "--follow", "--poll-interval", "0.5", "--eval-name", "first"]
  const followed = await cli(["eval", "run", slug, ...flags])
  expect(followed).toContain("[info] loading [/x] :smile: list[int] [1, 2] INFO:root:cat")
  expect(followed).toContain("Status: COMPLETED")
  expect(followed).toContain(`${url}/dashboard/evaluations/`)
  const id = idIn(followed)
  const [list, one, page, logs] = await Promise.all([
    cli(["eval", "list"]),
    cli(["eval", "get", id]),
    cli(["eval", "samples", id, "-n", "4"]),
    cli(["eval", "logs", id, "--tail", "1"]),
  ])
  expect(list).toMatch(new RegExp(`${id} .*${slug}.*test/scripted.*COMPLETED.*HOSTED.*3 .*2 `))
  expect(JSON.parse(one)).toMatchObject({ evaluation_id: id, name: "first", total_samples: 6, avg_score: 1 })
  const samples = JSON.parse(page)
  expect(samples).toMatchObject({ total: 6, page: 1, limit: 4 })
  expect(samples.samples[0].completion[0].content).toMatch(/^it is \d$/)
  expect(logs).toContain("Status: COMPLETED")
})

test("what cannot run says why, and exits with 1", { timeout: 240_000 }, async () => {
  const [model, environment, evaluation] = await Promise.all([
    cli(["eval", "run", slug, "--hosted", "-m", "no/[/such]"], 1),
    cli(["eval", "run", "local/none", "--hosted"], 1),
    cli(["eval", "get", "[none]"], 1),
  ])
  expect(model).toContain('there is no model "no/[/such]" here')
  expect(environment).toContain("Publish local/none")
  expect(evaluation).toContain('There is no evaluation "[none]"')
})

test("several environments of a TOML file are started at once, and a running one is stopped", { timeout: 240_000 }, async () => {
  wait = 2000
  const config = path.join(prime.scratch, "evals.toml")
  await writeFile(
    config,
    `model = "test/scripted"
num_examples = 5
rollouts_per_example = 20
max_concurrent = 1
[[eval]]
env_id = "${slug}"
[[eval]]
env_id = "${slug}"
[eval.sampling_args]
temperature = 0.5
`,
  )
  const started = await cli(["eval", "run", config, "--hosted"])
  const ids = /Evaluation IDs: ([a-z0-9, ]+)/.exec(started)?.[1]?.split(", ") ?? []
  expect(ids).toHaveLength(2)
  for (const stopped of await Promise.all(ids.map((id) => cli(["eval", "stop", id.trim()])))) expect(stopped).toContain("stopped")
  const followed = await cli(["eval", "logs", String(ids[0]).trim(), "-f", "--poll-interval", "0.5"], 1)
  expect(followed).toContain("Status: CANCELLED")
  wait = 0
})

test("local results are pushed by the CLI and by the SDK", { timeout: 240_000 }, async () => {
  const results = path.join(prime.scratch, "results")
  await mkdir(results)
  await writeFile(
    path.join(results, "metadata.json"),
    JSON.stringify({ env: slug, model: "mine[beta] :cat:", avg_reward: 0.5, avg_correct: 0.5, num_examples: 2, rollouts_per_example: 1 }),
  )
  await writeFile(path.join(results, "results.jsonl"), [0, 1].map((id) => `${JSON.stringify({ id, reward: id, prompt: "p" })}\n`).join(""))
  expect(await cli(["eval", "push", results])).toMatch(/Success|✓/)
  const list = await cli(["eval", "list"])
  expect(list.replaceAll("\u2060", "")).toMatch(/mine\[beta\] :cat:.*COMPLETED.*LOCAL.*2 .*1 /)

  const script = `
from prime_evals import APIClient, EvalsClient
client = EvalsClient(APIClient())
made = client.create_evaluation(name="from the SDK", environments=[{"slug": "${slug}"}], model_name="m", metadata={"num_examples": 1})
client.push_samples(made["evaluation_id"], [{"example_id": i, "reward": 1.0, "prompt": "x" * 900_000} for i in range(60)])
print(client.finalize_evaluation(made["evaluation_id"], {"reward": 1.0})["total_samples"])
print(client.get_samples(made["evaluation_id"], page=3, limit=25)["total"])
`
  const sdk = await prime.run(prime.python, ["-c", script])
  expect(sdk, sdk.output).toMatchObject({ code: 0, output: "60\n60\n" })
})

test("a run of verifiers v1 uploads itself: its episodes count once and read like any other sample", { timeout: 240_000 }, async () => {
  const python = path.join(path.dirname(process.env.PYTHON_BASE ?? ""), "eval")
  const flags = [
    "-m",
    "test/scripted",
    "-r",
    "2",
    "--no-serve",
    "--env.agent.harness.id",
    "v1-echo",
    "--env.agent.runtime.type",
    "subprocess",
  ]
  const ended = await prime.run(python, ["v1-echo", ...flags], { PYTHONPATH: path.join(platform().config.root, "backend/cli") })
  expect(ended.code, ended.output).toBe(0)
  const id = /dashboard\/evaluations\/([a-z0-9]{24})/.exec(ended.output)?.[1] ?? expect.fail(`not uploaded\n${ended.output}`)
  const { body: evaluation } = await platform().call("GET", `/evaluations/${id}`)
  expect(evaluation).toMatchObject({ status: "COMPLETED", is_hosted: false, total_samples: 6, environment_names: ["local/v1-echo"] })
  const { samples } = (await platform().call("GET", `/evaluations/${id}/sample-summaries`)).body
  expect(samples.map((one: any) => [one.example_id, one.rollout_index, one.outcome, one.metrics.correct])).toEqual(
    [0, 1, 2].flatMap((example) => [0, 1].map((rollout) => [`${example}`, rollout, ...(example === 2 ? ["error", undefined] : ["ok", 1])])),
  )
  expect(samples[0]).toMatchObject({
    prompt_preview: "say 0",
    completion_preview: "it is 0",
    input_tokens: 10,
    output_tokens: 5,
    reward: 0.5,
  })
  expect(samples[0].duration_ms).toBeGreaterThan(0)
})

test("a variable whose value looks like markup does not end the list of variables", { timeout: 240_000 }, async () => {
  await cli(["env", "var", "create", slug, "-n", "LEVEL", "-v", "hard [/x]"])
  expect((await cli(["env", "var", "list", slug])).replaceAll("\u2060", "")).toContain("hard [/x]")
})

test("it installs with uv and with pip from the package index, and a private one by pulling its source", { timeout: 240_000 }, async () => {
  const uv = process.env.UV ?? "uv"
  const venv = path.join(prime.scratch, "venv")
  expect(await prime.run(uv, ["venv", "--seed", "--quiet", "--python", prime.python, venv])).toMatchObject({
    code: 0,
  })
  const inVenv = { VIRTUAL_ENV: venv, UV_PROJECT_ENVIRONMENT: venv, PATH: `${venv}/bin:${path.dirname(uv)}:${process.env.PATH}` }
  const version = "import importlib.metadata as m; print(m.version('story-env'))"

  expect(await cli(["env", "install", `${slug}@0.1.0`, "--with", "pip"], 0, inVenv)).toContain(`Successfully installed ${slug}@0.1.0`)
  expect(await prime.run(`${venv}/bin/python`, ["-c", version])).toMatchObject({ output: "0.1.0\n" })

  const installed = await cli(["env", "install", slug], 0, inVenv)
  expect(installed).toContain(`Successfully installed ${slug}@latest`)
  // The CLI chooses the environment to install into; a release that takes its own must not keep this package.
  await prime.run(uv, ["pip", "uninstall", "--python", prime.python, "story-env"])

  await writeEnvironment("0.2.0", "now private")
  expect(await cli(["env", "push", "--path", folder, "--visibility", "PRIVATE"])).toContain(`Successfully pushed ${slug}`)
  expect((await platform().fetch(new Request(`${url}/api/v1/simple/local/story-env/`), null)).status).toBe(404)
  expect(await cli(["env", "info", slug])).toContain("private environment")
  expect(await cli(["env", "info", slug], 1, { PRIME_API_KEY: "" })).toContain("HTTP 404")
  // Without an address for the installers the CLI downloads the source with the key and builds it.
  expect(await cli(["env", "install", slug, "--with", "pip"], 0, inVenv)).toContain(`Successfully installed ${slug}@0.2.0`)
  expect(await prime.run(`${venv}/bin/python`, ["-c", version])).toMatchObject({ output: "0.2.0\n" })
  const target = path.join(prime.scratch, "pulled")
  await cli(["env", "pull", slug, "--target", target])
  expect(await readFile(path.join(target, "pyproject.toml"), "utf8")).toContain('version = "0.2.0"')
})

test("versions and the environment are deleted; its evaluations stay", { timeout: 240_000 }, async () => {
  const versions = (await platform().call("GET", `/environmentshub/${slug}/versions`)).body.data.versions
  expect(versions.map((version: any) => version.version)).toEqual(["0.2.0", "0.1.1", "0.1.0"])
  await cli(["env", "version", "delete", slug, versions[0].content_hash.slice(0, 8), "--force"])
  expect(await cli(["env", "version", "list", slug])).toContain("Latest version: 0.1.1")
  expect(await cli(["env", "version", "delete", slug, "00000000", "--force"], 1)).toContain("not found")
  await cli(["env", "delete", slug, "--force"])
  expect(await cli(["env", "list"])).not.toContain(slug)
  expect(await cli(["eval", "list"])).toMatch(/local\/story-env.*COMPLETED.*HOSTED/)
})
