import { describe, expect, it } from "vitest"
import { ask, exampleOf, firstTurn, playHunt, playOrder, samples, tagged } from "./fixtures/play.ts"
import { type ModelId, modelIds } from "./models.ts"

const rollouts = [0, 1, 2]

function rate(examples: number, isRight: (example: number, rollout: number) => boolean): number {
  const outcomes = Array.from({ length: examples }, (_, example) => rollouts.map((rollout) => isRight(example, rollout))).flat()
  return outcomes.filter(Boolean).length / outcomes.length
}

const environments: [string, (model: ModelId, example: number, rollout: number) => boolean][] = [
  [
    "word-arithmetic",
    (model, example, rollout) =>
      tagged("answer", ask(firstTurn(samples.word_arithmetic, example, model), rollout)) ===
      exampleOf(samples.word_arithmetic, example).answer,
  ],
  ["number-hunt", (model, example, rollout) => playHunt(example, model, rollout).includes(exampleOf(samples.number_hunt, example).answer)],
  [
    "market-clerk",
    (model, example, rollout) =>
      tagged("total", playOrder(example, model, rollout).at(-1)) === exampleOf(samples.market_clerk, example).answer,
  ],
]

describe("skills on the real examples", () => {
  it.each(environments)("%s: three distinct levels", (_, isRight) => {
    const [scholar = 0, apprentice = 0, novice = 0] = modelIds.map((model) =>
      rate(120, (example, rollout) => isRight(model, example, rollout)),
    )
    expect(scholar).toBeGreaterThan(0.87)
    expect(scholar).toBeLessThan(0.98)
    expect(apprentice).toBeGreaterThan(0.62)
    expect(apprentice).toBeLessThan(0.78)
    expect(novice).toBeGreaterThan(0.27)
    expect(novice).toBeLessThan(0.43)
  })

  it("gives different replies to the rollouts of one example", () => {
    const totals = rollouts.map((rollout) => playHunt(0, "demo/novice", rollout).join())
    expect(new Set(totals).size).toBeGreaterThan(1)
  })
})

describe("what a transcript can show", () => {
  const orders = (model: ModelId) => Array.from({ length: 60 }, (_, example) => playOrder(example, model, 0))

  it("the scholar calls tools in parallel and sometimes thinks first", () => {
    const replies = orders("demo/scholar").flat()
    expect(replies.some((reply) => reply.toolCalls.length > 2)).toBe(true)
    expect(replies.some((reply) => reply.reasoning !== "")).toBe(true)
    expect(replies.some((reply) => reply.reasoning === "")).toBe(true)
  })

  it("the novice calls one tool at a time, asks for unknown items and writes broken arguments", () => {
    const calls = orders("demo/novice")
      .flat()
      .flatMap((reply) => reply.toolCalls)
    const asked = calls.filter((call) => call.name === "look_up").map((call) => call.arguments)
    expect(asked.some((text) => text.includes("fresh "))).toBe(true)
    expect(calls.some((call) => !call.arguments.endsWith("}"))).toBe(true)
  })

  it("the novice forgets the answer tags", () => {
    const replies = Array.from({ length: 40 }, (_, example) => ask(firstTurn(samples.word_arithmetic, example, "demo/novice"), 0))
    expect(replies.some((reply) => tagged("answer", reply) === null)).toBe(true)
  })
})

describe("prompts of other environments", () => {
  const body = { ...firstTurn(samples.word_arithmetic, 0, "demo/novice"), messages: [{ role: "user", content: "Hello.\nName a colour." }] }

  it("says that it is scripted and repeats the last line", () => {
    const reply = ask(body, 0)
    expect(reply.content).toContain("scripted demo model and not a language model")
    expect(reply.content).toMatch(/You asked: Name a colour\.$/)
  })

  it("calls none of the tools it does not know", () => {
    const tools = [{ type: "function", function: { name: "search", parameters: {} } }]
    expect(ask({ ...body, tools }, 0).toolCalls).toEqual([])
  })
})
