import { expect, test } from "vitest"
import { type JsonObject, parseExact, type SampleSummary } from "@/contract/index.ts"
import { errorChain, ownTask, stateColumns, taskInfo, toolDefinitions, valueText } from "./sample-facts.ts"
import { agents, scores, withDeclaredWeights } from "./scores.ts"
import { timeSpans } from "./time-spans.ts"
import { usage } from "./usage.ts"

const summary = { metrics: { exact: 1, style: 0.5 }, error: null } as unknown as SampleSummary

test("time is split into its parts and the rest", () => {
  const timing = { setup: { duration: 1 }, model: { duration: 6 }, env: { duration: 0 }, scoring: { duration: 2 }, total: 10 }
  expect(timeSpans({ timing })).toEqual({
    total: 10,
    spans: [
      { name: "Setup", seconds: 1 },
      { name: "Model", seconds: 6 },
      { name: "Scoring", seconds: 2 },
      { name: "Other", seconds: 1 },
    ],
  })
  expect(timeSpans({})).toEqual({ total: null, spans: [] })
})

test("weights are shown where the library recorded them", () => {
  expect(scores({}, summary)).toEqual([
    { name: "exact", value: 1, weight: null },
    { name: "style", value: 0.5, weight: null },
  ])
  expect(scores({ traces: [{ rewards: { exact: { score: 1, weight: 0.7 }, style: null } }] }, summary)[0]?.weight).toBe(0.7)
})

test("declared weights are taken only where they make the reward", () => {
  const all = scores({}, summary)
  const declared = [
    { name: "exact", weight: 0.4 },
    { name: "style", weight: 0.2 },
  ]
  expect(withDeclaredWeights(all, declared, 0.5).map(({ weight }) => weight)).toEqual([0.4, 0.2])
  expect(withDeclaredWeights(all, declared, 0.6).map(({ weight }) => weight)).toEqual([null, null])
  expect(withDeclaredWeights(all, [...declared, { name: "gone", weight: 1 }], 0.5)[0]?.weight).toBeNull()
})

test("metrics that are no numbers are shown too, and not again as state", () => {
  const metrics = { exact: 1, style: 0.5, grade: "A", listed: [1, 2], none: null }
  const sample = { metrics, grade: "A", listed: [1, 2], toString: "own" }
  expect(scores(sample, summary).slice(2)).toEqual([
    { name: "grade", value: "A", weight: null },
    { name: "listed", value: [1, 2], weight: null },
  ])
  expect(stateColumns(sample)).toEqual([["toString", "own"]])
})

test("columns whose names are whole numbers are called so, in their order, and a metric's is not shown again", () => {
  const row = parseExact('{"prompt":"p","metrics":{"7":1},"10":"x","7":1,"2":["y"]}') as JsonObject
  expect(stateColumns(row)).toEqual([
    ["10", "x"],
    ["2", ["y"]],
  ])
})

const trace = (name: string, trainable: boolean) => ({
  agent: { name, trainable },
  nodes: [{ sampled: false }, { sampled: true }, { sampled: true }],
  rewards: trainable ? { exact: { score: 0.5, weight: 2 }, style: null } : {},
  stop_condition: "agent_completed",
  ok: trainable,
})

test("agents of a verifiers v1 episode, in the row that the library made of it", () => {
  const sample = { episode_id: "e", rewards: {}, info: { native_wrapper: { traces: [trace("solver", true), trace("user", false)] } } }
  expect(agents(sample)).toEqual([
    { name: "solver", reward: 1, turns: 2, stopCondition: "agent_completed", failed: false },
    { name: "user", reward: null, turns: 2, stopCondition: "agent_completed", failed: true },
  ])
  expect(agents({ info: { native_wrapper: { traces: [trace("agent", true)] } } })).toEqual([])
  expect(stateColumns(sample)).toEqual([])
  expect(stateColumns({ agent: "a v0 state column" })).toHaveLength(1)
})

test("a v1 task is shown without what is shown elsewhere", () => {
  expect(ownTask({ task: { idx: 3, prompt: "q", answer: "a", timeout: {}, artifacts: [] } })).toBeNull()
  expect(ownTask({ task: { idx: 3, name: "hard one" } })).toEqual({ name: "hard one" })
  expect(ownTask({ task: "default" })).toBe("default")
})

test("the longest wording of an error wins", () => {
  expect(errorChain({ error: { message: "down", error_chain_repr: "ModelError('x') -> down" } }, summary)).toBe("ModelError('x') -> down")
  expect(errorChain({ error: "plain" }, summary)).toBe("plain")
  expect(errorChain({ error: null }, summary)).toBeNull()
})

test("columns that the page shows elsewhere are no state columns", () => {
  expect(
    stateColumns({ prompt: "p", reward: 1, exact: 1, metrics: { exact: 1 }, board: [1], note: null, style: "kept, no number" }),
  ).toEqual([
    ["board", [1]],
    ["style", "kept, no number"],
  ])
})

test("usage, tools and values", () => {
  expect(usage({ token_usage: { input_tokens: 3, output_tokens: null } })).toEqual([{ label: "Prompt tokens, all turns", tokens: 3 }])
  expect(
    toolDefinitions({ tool_defs: [{ name: "f", description: "d", parameters: { type: "object" } }, { function: { name: "g" } }, 3] }).map(
      (t) => t.name,
    ),
  ).toEqual(["f", "g"])
  expect([valueText("a\u0000"), valueText({ a: 1 }), valueText(undefined)]).toEqual(["a", '{\n  "a": 1\n}', ""])
})

test("a row of verifiers v1 shows its phases, its task's own info and no copy of what the page shows elsewhere", () => {
  const timing = {
    start: 0,
    boot: { start: 0, end: 1 },
    setup: { start: 1, end: 2 },
    agent: { start: 2, end: 8, model: { duration: 4 } },
    scoring: { start: 8, end: 10 },
  }
  const trace = { rewards: { exact: { score: 1, weight: 2 } } }
  const row = { timing, exact: 1, trajectory: [], agent: "solver", info: { level: 3, native_wrapper: { traces: [trace] } } }
  expect(timeSpans(row)).toEqual({
    total: 10,
    spans: [
      { name: "Setup", seconds: 2 },
      { name: "Model", seconds: 4 },
      { name: "Harness", seconds: 2 },
      { name: "Scoring", seconds: 2 },
    ],
  })
  expect(taskInfo(row)).toEqual({ level: 3 })
  expect(stateColumns(row)).toEqual([["agent", "solver"]])
  expect(scores(row, summary)[0]).toEqual({ name: "exact", value: 1, weight: 2 })
})
