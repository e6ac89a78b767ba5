import { screen, waitFor } from "@testing-library/react"
import type { UrlUpdateEvent } from "nuqs/adapters/testing"
import { beforeEach, expect, test, vi } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import type { ListSampleSummariesResponse, SampleSummary } from "@/contract/index.ts"
import type { SamplesQuery } from "@/lib/reads/reads.ts"
import { samplesSearch } from "./samples-search.ts"
import { SamplesView } from "./samples-view.tsx"

vi.mock("next/navigation", () => ({ usePathname: () => "/samples", useRouter: () => ({}) }))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "live", pollInterval: () => false }))

const asked: { search: URLSearchParams; answer: (response: Response) => void }[] = []

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal("fetch", (address: string) => {
    const search = new URL(address, "http://here").searchParams
    return new Promise((answer) => asked.push({ search, answer }))
  })
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
})

const rowsOf = (...numbers: number[]): ListSampleSummariesResponse => ({
  evaluation_id: "e1",
  samples: numbers.map(
    (n) =>
      ({
        sample_id: `s${n}`,
        seq: n,
        example_id: String(n),
        rollout_index: 0,
        reward: n / 10,
        metrics: {},
        outcome: "ok",
        error: null,
        error_class: null,
        stop_condition: null,
        prompt_preview: `question ${n}`,
        completion_preview: `answer ${n}`,
        created_at: "2026-01-01T00:00:00Z",
      }) as SampleSummary,
  ),
  total: numbers.length,
  next: null,
})

function view(search: string, first: ListSampleSummariesResponse) {
  const onSearch = vi.fn<(event: UrlUpdateEvent) => void>()
  const { user } = show(
    <SamplesView
      id="e1"
      run={{ data: aRun(), at: Date.now() }}
      state={samplesSearch.load(new URLSearchParams(search))}
      first={first}
      refusal={null}
    />,
    { search, onSearch },
  )
  return { user, onSearch, lowest: screen.getByRole<HTMLInputElement>("spinbutton", { name: "Lowest reward" }) }
}

const answerWith = (at: number, body: object, status = 200) =>
  asked[at]?.answer(new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } }))
const firstLink = () => document.querySelector("a[data-row-link]")?.getAttribute("href")
const shown = () => screen.queryAllByText(/^question \d+$/).map((one) => one.textContent)
const queried = (name: keyof SamplesQuery) => asked.map(({ search }) => search.get(name))

test("rows for a typed number are asked for while typing pauses, without another page, and stay those before until they are there", async () => {
  const { user, onSearch, lowest } = view("?as=table", rowsOf(3, 7))
  await user.type(lowest, "0.5")
  expect(queried("reward_min")).toContain("0.5")
  expect(shown()).toEqual(["question 3", "question 7"])
  await waitFor(() => expect(onSearch.mock.lastCall?.[0].queryString).toBe("?as=table&min=0.5"))
  expect(onSearch.mock.lastCall?.[0].options.shallow).toBe(true)
  expect(shown()).toEqual(["question 3", "question 7"])
  expect(screen.getByText("Loading")).toBeTruthy()
  expect(firstLink()).toContain("/samples/s3?as=table")
  // Asked once, though it was meant first and chosen later.
  expect(queried("reward_min").filter((min) => min === "0.5")).toHaveLength(1)
  answerWith(queried("reward_min").indexOf("0.5"), rowsOf(7))
  await waitFor(() => expect(shown()).toEqual(["question 7"]))
  expect(firstLink()).toContain("/samples/s7?min=0.5&as=table")
  expect(lowest.value).toBe("0.5")
})

test("what the platform does not take is said, and the rows of the address come back with it", async () => {
  const { user } = view("?as=table", rowsOf(3))
  const field = screen.getByRole("searchbox")
  await user.type(field, "(")
  await waitFor(() => expect(queried("search")).toEqual(["("]))
  answerWith(0, { errors: [{ param: "search", details: "is no regular expression" }] }, 422)
  await waitFor(() => expect(screen.getByText("The text is no regular expression")).toBeTruthy())
  expect(shown()).toEqual([])
  await user.clear(field)
  await waitFor(() => expect(shown()).toEqual(["question 3"]))
  expect(asked).toHaveLength(1)
})
