import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { startModelServer } from "../testing/model-server.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { episodeRecord, jsonLines, traceRecord } from "../testing/traces.ts"

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

async function python(script: string): Promise<string> {
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

test("prime-runs opens, attaches to and fails runs, and takes what it is told", { timeout: 240_000 }, async () => {
  const script = `
import prime_runs as pr
def episode(name, **more):
    call = {"node": 1, "model": "m", "usage": {"prompt_tokens": 3, "completion_tokens": 2}, "finish_reason": "stop"}
    nodes = [{"message": {"role": "user", "content": "ask " + name}}, {"parent": 0, "sampled": True, "message": {"role": "assistant", "content": "answer " + name}}]
    trace = {"id": "t-" + name, "task": {"type": "T", "data": {"idx": 0}}, "agent": {"name": "agent", "trainable": True, "config": {"model": "m"}}, "nodes": nodes, "calls": [call], "rewards": {"r": {"score": 1.0}}, "ok": True, "errors": []}
    return {"id": name, "task": trace["task"], "ok": True, "errors": [], "traces": [trace], **more}

run = pr.init(name="opened", environments=["v1-echo"], model="m", config={"seed": 2**63 - 1}, on_error="raise")
run.log_episodes([episode(f"opened-{i}") for i in range(3)])
run.finish({"avg_reward": 1.0})
lost = run.failed_records

failed = pr.init(name="failed", environments=["v1-echo"], model="m", on_error="raise")
failed.log_episodes([episode("failed-1")])
failed.finish(status="failed", error="the cluster went away")

other = pr.init(name="launched", environments=["v1-echo"], model="m", on_error="raise")
attached = pr.init(id=other.id, model="m", on_error="raise")
attached.log_episodes([episode("attached-1"), episode("attached-2", ok=False, errors=[{"type": "EnvError", "message": "setup"}], traces=[])])
attached.finish({"avg_reward": 1.0})

late = pr.init(id=failed.id, model="m")
late.log_episodes([episode("late")])
late.flush()
import atexit, json; atexit.unregister(late._atexit_hook); atexit.unregister(other._atexit_hook)
`
  const output = await python(`${script}print("RESULT", json.dumps([run.id, failed.id, other.id, lost, late.failed_records]))`)
  const [id, failed, attached, lost, late] = JSON.parse(/^RESULT (.*)$/m.exec(output)?.[1] ?? expect.fail(output))
  expect(lost).toEqual({})
  expect(await get(`/evaluations/${id}`)).toMatchObject({
    status: "COMPLETED",
    total_samples: 3,
    avg_score: 1,
    metrics: { avg_reward: 1, prime_runs: { traces_episodes_written: 3 } },
  })
  expect(await get(`/evaluations/${failed}`)).toMatchObject({
    status: "FAILED",
    total_samples: 1,
    error_message: expect.stringContaining("the cluster went away"),
  })
  expect(await get(`/evaluations/${attached}`)).toMatchObject({ status: "COMPLETED", total_samples: 2, progress: { errored: 1 } })
  expect(late).toEqual({ traces: 1 })
})

test("the prime CLI uploads, lists, searches, gets and deletes traces", { timeout: 240_000 }, async () => {
  const records = [0, 1, 2].map((i) =>
    traceRecord(`cli-${i}`, { run: { type: "eval", id: "cli-run" }, env: { id: "my-env" }, rewards: { r: { score: i / 2 } } }),
  )
  const file = path.join(scratch, "traces.jsonl")
  await writeFile(file, jsonLines(records))
  expect(await prime(["traces", "upload", file, "-c", "source=by-hand"])).toContain("Uploaded 1 batch(es)")
  const again = JSON.parse(await prime(["traces", "upload", file, "-c", "source=by-hand", "--no-compress", "-o", "json"]))
  expect(again).toMatchObject({ num_batches: 1, receipts: [{ status: "committed" }] })
  const listed = JSON.parse(
    await prime(["traces", "list", "--upload-id", again.receipts[0].upload_id, "-c", "source=by-hand", "--sort", "reward", "-o", "json"]),
  )
  expect(listed.items.map((one: any) => one.trace_id)).toEqual(["cli-2", "cli-1", "cli-0"])
  expect(await prime(["traces", "list", "--runs"])).toMatch(/cli-run.*3.*0\.5/)
  expect(await prime(["traces", "get", "cli-run", "--runs"])).toContain("my-env")
  expect(await prime(["traces", "get", "cli-1"])).toMatch(/reward\s+0\.5/)
  expect(await prime(["traces", "get", "cli-1", "--raw"])).toBe(JSON.stringify(records[1]))
  expect(await prime(["traces", "search", "is cli-1", "--run-id", "cli-run"])).toMatch(
    /cli-1.*assistant.*it is cli-1[\s\S]*1 matches in 1 traces/,
  )
  const episodes = path.join(scratch, "episodes.jsonl")
  await writeFile(episodes, jsonLines([episodeRecord("cli-episode", [traceRecord("cli-member")])]))
  expect(await prime(["traces", "upload", episodes, "--episodes"])).toContain("committed")
  expect(await prime(["traces", "get", "cli-episode", "--episodes"])).toContain("cli-member")
  expect(JSON.parse(await prime(["traces", "get", "cli-episode", "--episodes", "--raw"]))).toMatchObject({ traces: ["cli-member"] })
  expect(await prime(["traces", "delete", "cli-0", "--yes"])).toContain("accepted")
  expect(await prime(["traces", "delete", "cli-0", "--yes"], 1)).toContain("There is no trace")
  expect(await prime(["traces", "delete", "--run-id", "cli-run", "--yes"])).toContain("accepted")
  // What was deleted can be uploaded again.
  expect(await prime(["traces", "upload", file])).toContain("committed")
  expect(await prime(["traces", "list"])).toContain("cli-0")
})
