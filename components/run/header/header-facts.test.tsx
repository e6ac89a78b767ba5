import { screen } from "@testing-library/react"
import { expect, test } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { shownFacts } from "@/components/testing/facts.ts"
import { show } from "@/components/testing/show.tsx"
import { HeaderFacts } from "./header-facts.tsx"

function factsOf(values: object): Record<string, string> {
  show(<HeaderFacts run={aRun(values)} />)
  return shownFacts()
}

const usage = {
  prompt_tokens: 12_400,
  cached_tokens: 400,
  completion_tokens: 950,
  reasoning_tokens: 50,
  requests: 1200,
  failed_requests: 3,
  cost_usd: 0.042,
}

test("an ended run says what ran, who started it, how long it took and what it cost", () => {
  expect(factsOf({ created_by: "ann", usage, timeout_at: "2025-03-12T15:05:00Z" })).toEqual({
    Environment: "ann/maze@0.1.0",
    Model: "demo/novice",
    "Examples × rollouts": "5 × 2",
    Started: "12 Mar 2025 by ann",
    Duration: "3 min 05 s",
    Ended: "12 Mar 2025",
    Tokens: "12.4k in, 950 out",
    Cost: "$0.042",
  })
  expect(screen.getByRole("link", { name: /^ann\/maze/ }).getAttribute("href")).toBe("/dashboard/environments/ann/maze")
  expect(screen.getByText(/^12,400 prompt tokens, of which 400 cached; .* 1,200 requests, 3 of them failed\.$/)).toBeTruthy()
})

test("a waiting run says when it was created, and has no duration yet", () => {
  const facts = factsOf({ status: "PENDING", started_at: null, completed_at: null })
  expect(facts).toMatchObject({ Created: "12 Mar 2025", Duration: "–" })
  for (const name of ["Started", "Ended", "Time limit", "Tokens", "Cost"]) expect(facts).not.toHaveProperty(name)
})

test("a run under way says when its time is up", () => {
  const facts = factsOf({ status: "RUNNING", completed_at: null, timeout_at: "2025-03-12T15:05:00Z" })
  expect(facts["Time limit"]).toMatch(/^1[123] Mar 2025$/)
})

test("an uploaded run goes by the names that it brought", () => {
  const uploaded = { is_hosted: false, environment: null, inference_model: null, eval_config: null }
  const facts = factsOf({ ...uploaded, environment_names: ["echo", "maze"], model_name: "theirs", metadata: { num_examples: -1 } })
  expect(facts).toMatchObject({ Environment: "echo, maze", Model: "theirs", "Examples × rollouts": "all × ?" })
  expect(screen.queryByRole("link")).toBeNull()
})

test("harnesses are named once each, and in full in the title", () => {
  const seat = (agent: string, instead_of: string | null) => ({ agent, harness: "platform-chat", instead_of })
  expect(factsOf({ metadata: { harnesses: [seat("solver", "own"), seat("user", null)] } })).toMatchObject({ Harnesses: "platform-chat" })
  expect(screen.getByTitle(/solver: platform-chat, instead of own\s+user: platform-chat/)).toBeTruthy()
})

test("tokens that nobody counted are not none", () => {
  expect(factsOf({ usage: { ...usage, requests: 0, prompt_tokens: 0, completion_tokens: 0 } })).toMatchObject({ Tokens: "–" })
})

test("a cost without a known price is not taken for nothing", () => {
  expect(factsOf({ usage: { ...usage, cost_usd: null } })).toMatchObject({ Cost: "–" })
})

test("a run with fewer examples than were asked for says how many there were", () => {
  const facts = factsOf({
    eval_config: { num_examples: 20, rollouts_per_example: 3 },
    total_samples: 30,
    progress: { total: 30, started: 30, done: 30, errored: 0 },
  })
  expect(facts).toMatchObject({ "Examples × rollouts": "20 × 3 (10 of 20 examples existed)" })
})
