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
  [{ timeout_minutes: 45 }, "timeout_minutes"],
  [{ timeout_minutes: 1441 }, "timeout_minutes"],
  [{ custom_secrets: { lower: "x" } }, "custom_secrets.lower"],
  [{ custom_secrets: { NAME: 5 } }, "custom_secrets.NAME"],
  [{ headers: ["no colon"] }, "headers.0"],
  [{ max_concurrent: 0 }, "max_concurrent"],
])("%o is refused at %s", (change, field) => {
  const parsed = HostedEvalConfig.safeParse({ num_examples: 5, rollouts_per_example: 3, ...change })
  expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toContain(field)
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
    outcome: "truncated",
    error: null,
    stopCondition: null,
    sessionId: null,
    inputTokens: 10,
    outputTokens: 2,
    durationMs: 1500,
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
