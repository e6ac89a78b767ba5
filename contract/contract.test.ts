import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import {
  canMove,
  EvaluationStatus,
  endpoints,
  FailureClass,
  failureWordings,
  HostedEvalConfig,
  isTerminal,
  RunnerEvent,
  rowFacts,
} from "./index.ts"

test("every event that the runner really wrote fits the schema", () => {
  const lines = readFileSync(new URL("../runner/tests/fixtures/events.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
  const kinds = new Set(lines.map((line) => RunnerEvent.parse(JSON.parse(line)).kind))
  expect([...kinds].sort()).toEqual(RunnerEvent.options.map((option) => option.shape.kind.value).sort())
})

test("no two operations share method and path", () => {
  const seen = Object.values(endpoints).map((entry) => `${entry.method} ${entry.path.replace(/\{\w+\}/g, "{}")}`)
  expect(new Set(seen).size).toBe(seen.length)
})

test("only ended runs cannot move, and nothing moves back from an end", () => {
  const terminal = EvaluationStatus.options.filter(isTerminal)
  expect(terminal).toEqual(["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"])
  for (const from of terminal) for (const to of EvaluationStatus.options) expect(canMove(from, to)).toBe(false)
  expect(canMove("PENDING", "RUNNING")).toBe(true)
})

test("every failure class has words for what happened and what to do", () => {
  for (const kind of FailureClass.options) {
    expect(failureWordings[kind].title).not.toBe("")
    expect(failureWordings[kind].advice).not.toBe("")
  }
})

test.each([
  [{ rollouts_per_example: 2049 }, "rollouts_per_example"],
  [{ rollouts_per_example: 0 }, "rollouts_per_example"],
  [{ num_examples: -2 }, "num_examples"],
  [{ timeout_minutes: 0 }, "timeout_minutes"],
  [{ timeout_minutes: 525_601 }, "timeout_minutes"],
  [{ custom_secrets: { lower: "x" } }, "custom_secrets.lower"],
  [{ custom_secrets: { NAME: 5 } }, "custom_secrets.NAME"],
  [{ headers: ["no colon"] }, "headers.0"],
  [{ max_concurrent: 0 }, "max_concurrent"],
])("%o is refused at %s", (change, field) => {
  const parsed = HostedEvalConfig.safeParse({ num_examples: 5, rollouts_per_example: 3, ...change })
  expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toContain(field)
})

test("a sample that verifiers v1 uploads is read as one of v0 is", () => {
  const timing = {
    start: 10,
    boot: { start: 10, end: 11 },
    agent: { start: 11, end: 14, model: { duration: 2 } },
    scoring: { start: 0, end: 0 },
  }
  const facts = rowFacts({
    example_id: 3,
    prompt: [],
    completion: [
      { role: "system", content: "be brief" },
      { role: "user", content: "2+2?" },
      { role: "assistant", content: "4" },
      { role: "user", content: "sure?" },
      { role: "assistant", content: "yes" },
    ],
    reward: 1,
    error: { type: "TaskError", message: "scoring: KeyError" },
    token_usage: { prompt_tokens: 10, cached_input_tokens: 4, completion_tokens: 5 },
    timing,
  })
  expect(facts).toMatchObject({
    promptPreview: "2+2?",
    completionPreview: "yes",
    error: "TaskError: scoring: KeyError",
    inputTokens: 14,
    outputTokens: 5,
    durationMs: 4000,
  })
})

test("a row's metrics win over the top-level copies that may have overwritten its fields", () => {
  const facts = rowFacts({
    example_id: 3,
    reward: 0.5,
    metrics: { error: 1, flag: true, text: "no number" },
    error: null,
    is_truncated: true,
    prompt: [
      { role: "system", content: "s" },
      { role: "user", content: "What is\n 2 + 2?" },
    ],
    completion: [{ role: "assistant", content: [{ type: "text", text: "four" }, { type: "image_url" }] }],
    timing: { total: 1.5 },
    token_usage: { input_tokens: 10, output_tokens: 2 },
  })
  expect(facts).toEqual({
    exampleId: "3",
    reward: 0.5,
    metrics: { error: 1, flag: 1 },
    textMetrics: { text: "no number" },
    outcome: "truncated",
    error: null,
    stopCondition: null,
    sessionIds: [],
    inputTokens: 10,
    outputTokens: 2,
    durationMs: 1500,
    lostValues: 0,
    promptPreview: "What is 2 + 2?",
    completionPreview: "four [image_url]",
  })
})

test("rows of other producers are read too", () => {
  const facts = rowFacts({
    id: "abc",
    score: 1,
    prompt: "plain",
    output: "text",
    error: { error: "ModelError", message: "boom" },
    timing: { total_ms: 20 },
  })
  expect(facts).toMatchObject({
    exampleId: "abc",
    reward: 1,
    outcome: "error",
    error: "ModelError: boom",
    promptPreview: "plain",
    completionPreview: "text",
    durationMs: 20,
  })
  expect(rowFacts({ reward: Number.NaN }).reward).toBeNull()
})

test("an episode that verifiers v1 uploads is read like any other row: question, rewards, time, tokens", () => {
  const question = { role: "user", content: "say 3" }
  const answer = { role: "assistant", content: "it is 3" }
  const row = {
    sample_id: "e1",
    episode_id: "e1",
    example_id: 3,
    rollout_number: 1,
    prompt: [],
    completion: [question, answer],
    reward: 0.5,
    correct: 0.5,
    metrics: { length: 7, skipped: null },
    timing: { start: 100, setup: { start: 100, end: 101 }, agent: { start: 101, end: 102.5, model: { duration: 1 } } },
    token_usage: { prompt_tokens: 10, completion_tokens: 5 },
    error: { type: "TaskError", message: "boom", traceback: "Traceback" },
    info: {
      native_wrapper: { traces: [{ nodes: [] }, { rewards: { correct: { score: 0.5, weight: 2 }, other: null }, nodes: [] }] },
      native_trace_index: 1,
    },
  }
  expect(rowFacts(row)).toMatchObject({
    exampleId: "3",
    metrics: { correct: 0.5, length: 7 },
    outcome: "error",
    error: "TaskError: boom",
    durationMs: 2500,
    inputTokens: 10,
    outputTokens: 5,
    promptPreview: "say 3",
    completionPreview: "it is 3",
  })
})
