import { writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { hasBubblewrap } from "../../testing/isolation.ts"
import { logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

/*
 * Environments that try what a hostile one would, as whole runs. What programs can do in a sandbox by themselves is tested in
 * sandbox/hostile.test.ts.
 */

const baitText = "what-only-the-platform-may-read"
const tokens: string[] = []
const { platform, model, port, scratch, launch } = await testEngine(
  async (request) => {
    const question = String(request.messages.at(-1)?.content)
    const token = /token:(\S+)/.exec(question)?.[1]
    if (token) {
      tokens.push(token)
      await sleep(1500)
    }
    return "it is 0"
  },
  { SANDBOX_ALLOW: "", SANDBOX_MEMORY_MB: "1024", SANDBOX_DISK_MB: "64", MAX_CONCURRENT_RUNS: "2" },
  { config: { num_examples: 1 } },
)
const bait = path.join(scratch, "bait")
await writeFile(bait, `{"kind": "log", "message": "${baitText}"}\n`.repeat(10))

const ok = await hasBubblewrap("Hostile environments")

async function run(name: string, code: string, config: object = {}, seen: (evaluation: any) => Promise<void> = async () => {}) {
  const id = await publishEnvironment(platform(), name, code)
  const evaluation = await untilRun(platform(), await launch(id, config), async (run) => {
    await seen(run)
    return run.completed_at !== null
  })
  return { evaluation, log: (await logOf(platform(), evaluation.evaluation_id)).split("\n") }
}

test.runIf(ok)(
  "a link in place of the events leads the platform nowhere, and a pipe does not hold it up",
  async () => {
    const load = (how: string) => `import sys; folder = os.path.join(os.environ["HOME"], ".."); \\
        events = os.path.join(folder, "events.jsonl"); os.remove(events); ${how}; sys.stdout.flush(); os._exit(0)`
    for (const [name, how] of [
      ["hostile-link", `os.symlink(${JSON.stringify(bait)}, events)`],
      ["hostile-pipe", "os.mkfifo(events)"],
    ] as const) {
      const { evaluation, log } = await run(name, echoEnvironment({ load: load(how) }))
      const executor = process.env.ENGINE ? "cluster" : "bubblewrap"
      expect(evaluation).toMatchObject({ status: "FAILED", failure: { class: "worker_lost" }, executor })
      expect(log.join("\n")).not.toContain(baitText)
    }
  },
  240_000,
)

test.runIf(ok)(
  "a run's token that got out is worth nothing once the run has ended, and little before",
  async () => {
    const asBearer = async (to: string, method = "GET", body?: string) =>
      (
        await fetch(`http://127.0.0.1:${port}/api/v1${to}`, {
          method,
          headers: { authorization: `Bearer ${tokens[0]}`, "content-type": "application/json" },
          ...(body ? { body } : {}),
        })
      ).status
    const during: number[] = []
    const { evaluation } = await run(
      "hostile-token",
      echoEnvironment({ examples: 1, load: 'greeting = "token:" + os.environ["PRIME_API_KEY"][::-1]' }),
      {},
      async () => {
        if (tokens.length > 0 && during.length === 0) {
          tokens[0] = [...(tokens[0] as string)].reverse().join("")
          during.push(await asBearer("/models"), await asBearer("/secrets/"), await asBearer("/evaluations/?limit=1"))
        }
      },
    )
    expect(evaluation.status).toBe("COMPLETED")
    expect(during[0]).toBe(200)
    expect(during.slice(1).every((status) => status === 401 || status === 403)).toBe(true)
    const question = JSON.stringify({ model: "test/scripted", messages: [{ role: "user", content: "hello" }] })
    expect(await asBearer("/models")).toBe(401)
    expect(await asBearer("/chat/completions", "POST", question)).toBe(401)
  },
  120_000,
)

test.runIf(ok)(
  "what is printed is text: escapes and HTML reach nobody's terminal or page",
  async () => {
    const printed = '"\\033]0;title\\007\\033[2J\\033[31mred\\033[0m <script>alert(1)</script> [link=http://evil]x[/link]\\u202e\\x00end"'
    const { evaluation, log } = await run("hostile-words", echoEnvironment({ load: `print(${printed})` }))
    expect(evaluation.status).toBe("COMPLETED")
    // Kept as it was, for the page to show as text; a NUL alone cannot be kept.
    const line = log.find((one) => one.includes("<script>"))
    expect(line).toContain("\u001b[31mred")
    expect(line).not.toContain("\u0000")
    const { body } = await platform().call("GET", `/hosted-evaluations/${evaluation.evaluation_id}/logs`)
    const text = JSON.stringify(body)
    expect(text).toContain("<script>")
    expect(text).not.toMatch(/\\u001b|\\u0007/)
  },
  120_000,
)

test.runIf(ok)(
  "a run that takes more memory or disk than allowed is ended, and its failure names the limit",
  async () => {
    const memory = await run("hostile-memory", echoEnvironment({ load: 'kept = [b"x" * 10_000_000 for _ in range(1000)]' }))
    expect(memory.evaluation).toMatchObject({ status: "FAILED", failure: { class: "out_of_memory" } })
    const disk = await run(
      "hostile-disk",
      echoEnvironment({ load: '[(open(f"part{i}", "wb").write(bytes(1_000_000)), time.sleep(0.02)) for i in range(3000)]' }),
    )
    expect(disk.evaluation).toMatchObject({ status: "FAILED", failure: { class: "disk_limit" } })
    // All at once, by an environment that is done a moment later: nobody measured it before that.
    const quick = await run(
      "hostile-disk-quick",
      echoEnvironment({
        load: 'import atexit; atexit.register(lambda: [open(f"part{i}", "wb").write(bytes(1_000_000)) for i in range(90)])',
      }),
    )
    expect(quick.evaluation).toMatchObject({ status: "FAILED", failure: { class: "disk_limit" } })
  },
  240_000,
)

// What pods may reach is for the cluster's policies to say.
test.runIf(ok && process.env.ENGINE !== "kubernetes")(
  "an endpoint that is not public is refused with what the operator can do",
  async () => {
    const { evaluation } = await run("hostile-endpoint", echoEnvironment(), { api_base_url: model.url })
    expect(evaluation).toMatchObject({ status: "FAILED", failure: { class: "inference_unavailable" } })
    expect(evaluation.failure.message).toContain(`SANDBOX_ALLOW=${new URL(model.url).host}`)
  },
  120_000,
)
