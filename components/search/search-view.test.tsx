import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { SearchHit, SearchResponse } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { ApiError } from "@/lib/api/error.ts"
import { hitHref, searchState, toSearchQuery } from "./runs-search-state.ts"
import { SearchView } from "./search-view.tsx"

vi.mock("next/navigation", () => ({ usePathname: () => "/dashboard/search", useRouter: () => ({ refresh: () => {} }) }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
beforeEach(() => {
  vi.mocked(get).mockReset()
})

const hit = (change: Partial<SearchHit> = {}): SearchHit => ({
  evaluation_id: "r1",
  evaluation_name: "Run one",
  evaluation_status: "COMPLETED",
  created_at: "2026-01-01T00:00:00Z",
  environment: "ann/maze",
  model: "demo/expert",
  sample: { sample_id: "s1", seq: 1, example_id: "7", rollout_index: 1, reward: 0.5, outcome: "ok" },
  where: "message",
  message: "3",
  line: null,
  before: "I found an ",
  match: "Apple",
  after: " here",
  ...change,
})
const logHit = hit({ sample: null, where: "log", message: null, line: 41, before: "fetching an ", match: "apple", after: "" })

const page = (hits: SearchHit[], change: Partial<SearchResponse> = {}): SearchResponse => ({
  hits,
  next_cursor: null,
  partial: false,
  looked_back_to: null,
  looking_in: null,
  waiting: 0,
  ...change,
})
const answers = (...pages: (SearchResponse | Error)[]) => {
  for (const one of pages) {
    if (one instanceof Error) vi.mocked(get).mockRejectedValueOnce(one)
    else vi.mocked(get).mockResolvedValueOnce(one)
  }
}
const shown = (search = "?q=apple") =>
  show(
    <SearchView
      state={searchState.load(Object.fromEntries(new URLSearchParams(search)))}
      environments={["ann/maze"]}
      models={["demo/expert"]}
    />,
    {
      search,
    },
  )
const asked = (): unknown[] => vi.mocked(get).mock.calls.map(([, , query]) => query)

test("nothing is asked before there is something to look for", () => {
  shown("?model=demo/expert")
  expect(screen.getByRole("heading", { name: /^Search the conversations and logs/ })).toBeTruthy()
  expect(get).not.toHaveBeenCalled()
})

test("hits stand under their run, with what they are, and lead to the very message or line", async () => {
  answers(page([hit(), hit({ where: "call", message: "4" }), logHit]))
  shown()
  expect(screen.getByText("Searching…")).toBeTruthy()
  expect(await screen.findByText("3 hits")).toBeTruthy()
  expect(screen.getAllByRole("link", { name: "Run one" })).toHaveLength(2)
  const hrefOf = (name: RegExp) => screen.getByRole("link", { name }).getAttribute("href")
  expect(hrefOf(/Example 7 ?, rollout 2.*Reward 0\.5.*message 3.*I found an ?Apple ?here/)).toBe(
    "/dashboard/evaluations/r1/samples/s1?q=apple&message=3#message-3",
  )
  expect(hrefOf(/tool call in message 4/)).toBe("/dashboard/evaluations/r1/samples/s1?q=apple&message=4#message-4")
  expect(hrefOf(/Line 42.*fetching an ?apple/)).toBe("/dashboard/evaluations/r1/logs?q=apple&lines=all#L42")
  expect(document.querySelector("mark")?.textContent).toBe("Apple")
})

test("keys lead from hit to hit", async () => {
  answers(page([hit(), logHit]))
  const { user } = shown()
  await screen.findByText("2 hits")
  await user.keyboard("j")
  expect(document.activeElement?.textContent).toContain("I found an")
  await user.keyboard("j")
  expect(document.activeElement?.textContent).toContain("Line 42")
  await user.keyboard("k")
  expect(document.activeElement?.textContent).toContain("I found an")
})

test("nothing found says what was looked for, and how to look wider", async () => {
  answers(page([]))
  shown("?q=apple&outcome=error")
  expect(await screen.findByRole("heading", { name: /^Nothing contains “ ?apple ?” with these filters$/ })).toBeTruthy()
  expect(screen.getByRole("link", { name: "Clear the filters" }).getAttribute("href")).toBe("/dashboard/search?q=apple")
})

test("a search that is refused says why, and can be tried again", async () => {
  answers(new ApiError(422, "query is no regular expression: parentheses () not balanced"), page([hit()]))
  const { user } = shown("?q=(&regex=true")
  expect(await screen.findByRole("heading", { name: "This search cannot be made" })).toBeTruthy()
  expect(screen.getByText(/parentheses/)).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Try again" }))
  expect(await screen.findByText("1 hit")).toBeTruthy()
})

test("a partial answer without a hit goes on by itself; one with hits says how far it came and goes on when asked", async () => {
  const partial = { partial: true, looked_back_to: "2026-01-01T12:00:00Z", looking_in: "samples" as const }
  answers(
    page([], { ...partial, next_cursor: "a" }),
    page([], { ...partial, next_cursor: "b" }),
    page([hit()], { ...partial, next_cursor: "c" }),
    page([hit({ message: "9" })]),
  )
  const { user } = shown("?q=qz")
  expect(await screen.findByRole("heading", { name: "There may be more" })).toBeTruthy()
  expect(screen.getByText(/back to 2026-01-01 12:00:00 UTC/)).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Look further" }))
  expect(await screen.findByText("2 hits")).toBeTruthy()
  expect(asked()).toEqual([undefined, "a", "b", "c"].map((cursor) => ({ query: "qz", limit: 30, ...(cursor ? { cursor } : {}) })))
})

test("says how much cannot be searched yet, and searches again", async () => {
  answers(page([], { waiting: 1200 }), page([hit()]))
  const { user } = shown()
  expect(await screen.findByText(/^1,200 samples and log lines are not searched yet/)).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Search again" }))
  await waitFor(() => expect(screen.queryByText(/not searched yet/)).toBeNull())
})

test("the address is the query: filters as the API takes them, and days that stay the same for a day", () => {
  const now = Date.parse("2026-03-10T15:30:00Z")
  const query = (search: Record<string, string>) => toSearchQuery(searchState.load(search), now)
  expect(query({ q: " " })).toBeNull()
  expect(
    query({ q: "a", regex: "true", in: "logs", environment: "ann/maze", model: "m", days: "7", outcome: "ok", min: "0", max: "1" }),
  ).toEqual({
    query: "a",
    mode: "regex",
    in: "logs",
    environment_name: "ann/maze",
    model: "m",
    created_after: "2026-03-03T00:00:00.000Z",
    outcome: "ok",
    reward_min: 0,
    reward_max: 1,
  })
  expect(query({ q: "a", days: "5", in: "x" })).toEqual({ query: "a" })
})

test("an expression is kept for the sample, and left out for the log, whose search knows none", () => {
  const state = searchState.load({ q: "a.c", regex: "true" })
  expect(hitHref(hit(), state)).toBe("/dashboard/evaluations/r1/samples/s1?q=a.c&regex=true&message=3#message-3")
  expect(hitHref(logHit, state)).toBe("/dashboard/evaluations/r1/logs#L42")
  expect(hitHref(hit({ message: null, where: "answer" }), state)).toBe("/dashboard/evaluations/r1/samples/s1?q=a.c&regex=true")
})
