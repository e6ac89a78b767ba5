import { QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { render, screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test, vi } from "vitest"
import type { LogLine } from "@/contract/index.ts"
import { selectLogLines } from "@/lib/reads/log-lines.ts"
import type { LogQuery } from "@/lib/reads/reads.ts"
import { LogPane } from "./log-pane.tsx"
import { logsSearch } from "./logs-search.ts"

const lines: LogLine[] = Array.from({ length: 30 }, (_, n) => ({
  n,
  at: "",
  stream: "stdout",
  level: n % 10 === 0 ? "error" : "info",
  text: `\u001b[31mline ${n}\u001b[0m`,
}))

vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "live", pollInterval: () => false }))
vi.mock("next/navigation", () => ({ useRouter: () => ({ replace: () => {} }) }))
vi.mock("@/lib/live/browser-reads.ts", () => ({
  browserReads: () => ({
    logLines: async (query: LogQuery) => ({ evaluation_id: "r", ...selectLogLines(lines, query) }),
    logHits: async (query: LogQuery) => {
      const found = selectLogLines(lines, { ...query, limit: 1000 })
      return { evaluation_id: "r", numbers: found.lines.map(({ n }) => n), total: lines.length, next: lines.length }
    },
  }),
}))

function pane(searchParams: Record<string, string>, shown: LogLine[] = lines) {
  window.history.replaceState(null, "", "/")
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LogPane
        id="r"
        state={logsSearch.load(searchParams)}
        first={{ evaluation_id: "r", lines: shown, total: shown.length, next: shown.length }}
        active={false}
        isHosted
        wraps
      />
    </QueryClientProvider>,
  )
  return userEvent.setup()
}

test("lines are shown without their escapes, with a number that can be linked to", async () => {
  const user = pane({})
  expect(screen.getByRole("region", { name: "Log" }).textContent).toContain("line 29")
  expect(document.body.textContent).not.toContain("[31m")
  expect(screen.getByText("30 lines")).toBeTruthy()
  await user.click(screen.getByRole("link", { name: "Line 12" }))
  expect(window.location.hash).toBe("#L12")
  expect(screen.getByRole("button", { name: "Copy the link to line 12" })).toBeTruthy()
})

test("a filter shows its hits, and steps from one to the next", async () => {
  const user = pane({ level: "error" })
  expect(await screen.findByText("3 hits")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Next hit" }))
  await user.click(screen.getByRole("button", { name: "Next hit" }))
  expect(screen.getByText("2 of 3 hits")).toBeTruthy()
  expect(window.location.hash).toBe("#L11")
  await user.keyboard("N")
  expect(screen.getByText("1 of 3 hits")).toBeTruthy()
})

test("a filter without hits shows that there are none", async () => {
  pane({ q: "nowhere" })
  expect(await screen.findByText(/No line matches/)).toBeTruthy()
})
