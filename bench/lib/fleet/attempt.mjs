// One attempt on a node: what `sandbox ship` and the runner below it do, as a coroutine without a process, a file or a model.
import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"

/** As ship looks at the files that the runner writes. */
const lookMs = 100
/** As the runner says that it lives. */
const runnerHeartbeatMs = 5000
const retryMs = 500
const answerMs = 30_000

/**
 * @typedef {{ ask: (kind: "open" | "events" | "heartbeat" | "exit", ms: number) => void, failed: (error: unknown) => void }} Watcher
 * @typedef {{ origin: string, token: string, rolloutMs: (atOnce: number) => number, watcher: Watcher, signal: AbortSignal }} Given
 */

/** Opens the attempt, writes its rollouts as time passes, sends them, and says how it ended. @param {Given} given */
export async function playAttempt(given) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const instance = `node-${Math.random().toString(36).slice(2)}`
  /** @param {"open" | "events" | "heartbeat" | "exit"} kind @param {string} path @param {string} body */
  const insist = async (kind, path, body) => {
    while (!given.signal.aborted) {
      const begin = performance.now()
      try {
        const { status, text } = await post(agent, `${given.origin}/api/v1/attempts/${path}`, given.token, body)
        if (status === 401 || status === 410) return null
        if (status === 200 || status === 409) {
          given.watcher.ask(kind, performance.now() - begin)
          return JSON.parse(text)
        }
        given.watcher.failed(new Error(`${kind} was answered ${status}`))
      } catch (error) {
        given.watcher.failed(error)
      }
      await sleep(retryMs * (0.5 + Math.random()))
    }
    return null
  }
  try {
    const order = await insist("open", "open", JSON.stringify({ instance }))
    if (!order) return
    const runner = play(jobOf(order), given)
    await send(order, instance, runner, insist)
    await insist("exit", "exit", JSON.stringify({ instance, code: 0, signal: null, limit: null }))
  } finally {
    agent.destroy()
  }
}

/**
 * Sends what is written in pieces of whole lines, and a sign of life when there was nothing to send for long.
 * @param {any} order @param {string} instance @param {ReturnType<typeof play>} runner
 * @param {(kind: "events" | "heartbeat", path: string, body: string) => Promise<any>} insist
 */
async function send(order, instance, runner, insist) {
  let offset = 0
  let heardAt = performance.now()
  for (;;) {
    const isOver = runner.isOver()
    const written = runner.lines.splice(0)
    const lines = written.join("")
    const isSignOfLife = written.every((line) => line.includes('"kind":"heartbeat"'))
    const isDue = performance.now() - heardAt > order.heartbeat_seconds * 1000
    if (!lines && isOver) return
    if (lines || isDue) {
      const query = new URLSearchParams({ instance, stream: "events", offset: String(offset) })
      const answer = await insist(isSignOfLife ? "heartbeat" : "events", `events?${query}`, lines)
      if (!answer || answer.stop) return
      heardAt = performance.now()
      // A bench does not lose answers: what is not taken was refused for want of room.
      if (lines && answer.offset === offset) runner.lines.unshift(lines)
      offset = answer.offset
    }
    await sleep(lookMs)
  }
}

/** @param {any} order @returns {{ num_examples: number, rollouts_per_example: number, max_concurrent: number, done: [string, number][] }} */
function jobOf(order) {
  const [, job] = Object.entries(order.files).find(([name]) => name.endsWith("job.json")) ?? []
  return JSON.parse(Buffer.from(String(job), "base64").toString())
}

/** What the runner writes, as it comes. @param {ReturnType<typeof jobOf>} job @param {Given} given */
function play(job, { rolloutMs, signal }) {
  /** @type {string[]} */
  const lines = []
  let seq = 0
  let isOver = false
  const emit = (/** @type {string} */ kind, /** @type {object} */ body = {}) =>
    lines.push(`${JSON.stringify({ v: 1, seq: ++seq, ts: Date.now() / 1000, kind, ...body })}\n`)
  const done = new Set(job.done.map(String))
  const rollouts = Array.from({ length: job.num_examples * job.rollouts_per_example }, (_, i) => ({
    example_id: String(Math.floor(i / job.rollouts_per_example)),
    index: i % job.rollouts_per_example,
  })).filter(({ example_id, index }) => !done.has(String([example_id, index])))
  const lane = async () => {
    for (let one = rollouts.shift(); one && !signal.aborted; one = rollouts.shift()) {
      emit("rollout.started", one)
      await sleep(rolloutMs(job.max_concurrent))
      emit("rollout.finished", { ...one, row: rowOf(one) })
    }
  }
  const all = async () => {
    emit("hello", { pid: 1, python: "3.12.0", verifiers: "0.1.8" })
    emit("phase", { phase: "import" })
    emit("loaded", {
      api: "v0",
      environment_class: "SingleTurnEnv",
      dataset_size: 200,
      rewards: [{ name: "correct", weight: 1 }],
      arguments: [],
    })
    emit("run.started", { total: rollouts.length + done.size, remaining: rollouts.length })
    emit("phase", { phase: "rollouts" })
    const beat = setInterval(() => emit("heartbeat"), runnerHeartbeatMs)
    await Promise.all(Array.from({ length: job.max_concurrent }, lane))
    clearInterval(beat)
    emit("run.finished", { metadata: {} })
    isOver = true
  }
  void all()
  return { lines, isOver: () => isOver }
}

const words = "the quick brown fox counts apples and pears while it thinks about the sum of both baskets and writes each step down ".repeat(
  3,
)

/** A row of 3 KB, as a single turn with some thinking has; `written` is when, in seconds, for the lag until it is stored. @param {{ example_id: string, index: number }} rollout */
export const rowOf = ({ example_id, index }) => ({
  example_id: Number(example_id),
  prompt: [
    { role: "system", content: "Think step by step, then give the answer between tags." },
    { role: "user", content: `Question ${example_id}: ${words}` },
  ],
  completion: [{ role: "assistant", content: Array.from({ length: 6 }, () => `${Math.random()} ${words}`).join("\n") }],
  answer: "7",
  reward: (Number(example_id) + index) % 3 === 0 ? 0 : 1,
  metrics: { correct: (Number(example_id) + index) % 3 === 0 ? 0 : 1, written: Date.now() / 1000 },
  token_usage: { input_tokens: 120, output_tokens: 480 },
  trajectory_id: Math.random().toString(36).slice(2),
})

/** @param {Agent} agent @param {string} url @param {string} token @param {string} body @returns {Promise<{ status: number, text: string }>} */
function post(agent, url, token, body) {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "content-length": Buffer.byteLength(body) }
    const sent = request(url, { method: "POST", agent, headers, timeout: answerMs }, (answer) => {
      /** @type {Buffer[]} */
      const pieces = []
      answer.on("data", (piece) => pieces.push(piece))
      answer.on("end", () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() }))
      answer.on("error", fail)
    })
    sent.on("timeout", () => sent.destroy(new Error("no answer within 30 s")))
    sent.on("error", fail)
    sent.end(body)
  })
}
