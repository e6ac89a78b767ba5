import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { startModelServer } from "../testing/model-server.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"

// verifiers 0.4 with its own uploader, prime-runs and the prime CLI that reads traces, all unmodified: `npm test -- cli` installs them.
const program = process.env.TRACE_CLIENTS ?? ""
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const scratch = await mkdtemp(path.join(tmpdir(), "he-traces-"))
const model = await startModelServer((request) => `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`)
const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url })
let worker: { stop: () => Promise<void> }

function run(command: string, args: string[], env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const withoutPrime = Object.entries(process.env).filter(([name]) => !/^PRIME_|^VIRTUAL_ENV$|COLOR/.test(name))
  const options = {
    cwd: scratch,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...Object.fromEntries(withoutPrime),
      HOME: path.join(scratch, "home"),
      LANG: "C.UTF-8",
      COLUMNS: "220",
      PRIME_DISABLE_VERSION_CHECK: "1",
      PRIME_API_BASE_URL: url,
      PRIME_FRONTEND_URL: url,
      PRIME_TRACES_URL: url,
      PRIME_INFERENCE_URL: model.url,
      PRIME_API_KEY: testApiKey,
      PYTHONPATH: path.join(platform().config.root, "backend/cli"),
      ...env,
    },
  }
  return new Promise((resolve) =>
    execFile(path.join(path.dirname(program), command), args, options as unknown as { cwd: string }, (error, stdout, stderr) =>
      resolve({ code: error ? Number((error as { code?: unknown }).code ?? 1) : 0, output: `${stdout}${stderr}` }),
    ),
  )
}

async function prime(args: string[], code = 0): Promise<string> {
  const ended = await run("prime", args)
  expect(ended.code, `prime ${args.join(" ")}\n${ended.output}`).toBe(code)
  return ended.output
}

async function _python(script: string): Promise<string> {
  const ended = await run("python", ["-c", script])
  expect(ended.code, ended.output).toBe(0)
  return ended.output
}

const get = async (address: string) => (await platform().call("GET", address)).body

beforeAll(async () => {
  if (!program) throw new Error("TRACE_CLIENTS is not set: run this with npm test -- cli, which installs verifiers 0.4")
  await mkdir(path.join(scratch, "home"))
  worker = await startWorker(platform(), { stopRuns: true })
})
afterAll(async () => {
  await worker?.stop()
  model.close()
  await rm(scratch, { recursive: true })
})

test("an evaluation of vf-eval is one here, with its samples, and its episodes come back as the library wrote them", {
  timeout: 240_000,
}, async () => {
  const flags = ["-m", "test/scripted", "-r", "2", "--env.agent.harness.id", "v1-echo", "--env.agent.runtime.type", "subprocess"]
  const ended = await run("vf-eval", ["v1-echo", ...flags])
  expect(ended.code, ended.output).toBe(0)
  expect(ended.output).not.toMatch(/not stored|failed:/)
  const [evaluation] = (await get("/evaluations/")).evaluations
  const id = evaluation.evaluation_id
  expect(evaluation).toMatchObject({ status: "COMPLETED", is_hosted: false, total_samples: 6, avg_score: 0.5, model_name: "test/scripted" })
  const { samples } = await get(`/evaluations/${id}/sample-summaries?sort_by=example`)
  expect(samples.map((one: any) => [one.example_id, one.rollout_index, one.outcome, one.metrics.correct, one.reward])).toEqual(
    [0, 1, 2].flatMap((example) =>
      [0, 1].map((rollout) => (example === 2 ? [`${example}`, rollout, "error", undefined, null] : [`${example}`, rollout, "ok", 1, 0.5])),
    ),
  )
  expect(samples[0]).toMatchObject({ prompt_preview: "say 0", completion_preview: "it is 0", input_tokens: 10, output_tokens: 5 })
  expect(samples[5].error).toContain("boom [/x]")

  // What the library wrote to its own file is what was uploaded, apart from the run that it was stamped with.
  const [folder = ""] = await readdir(path.join(scratch, "outputs"))
  const lines = (await readFile(path.join(scratch, "outputs", folder, "traces.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  expect(lines).toHaveLength(6)
  for (const line of lines) {
    const whole = await get(`/episodes/${line.id}?raw=true&whole=true`)
    const run = { ...line.run, id, type: "eval" }
    expect(whole).toEqual({ ...line, run, traces: line.traces.map((trace: object) => ({ ...trace, run })) })
  }
  const traces = await prime(["traces", "list", "--run-id", id, "-o", "json"])
  expect(JSON.parse(traces).items).toHaveLength(6)
})
