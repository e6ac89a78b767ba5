import { screen } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { LimitsNote } from "./limits-note.tsx"

const held = (more: object) => ({ scope: "account", monthly_usd: null, spent_usd: 0, runs_at_once: null, runs_now: 0, ...more })
const answer = (limits: object[]) =>
  vi.stubGlobal(
    "fetch",
    async () => new Response(JSON.stringify({ data: limits, status: "success" }), { headers: { "content-type": "application/json" } }),
  )

test("what is used of a limit is said before the launch, and what would be refused", async () => {
  answer([held({ monthly_usd: 10, spent_usd: 2.5 }), held({ scope: "person", runs_at_once: 4, runs_now: 2 })])
  const { unmount } = show(<LimitsNote runs={2} teamId={null} />)
  expect(await screen.findByText("$2.50 of $10.00 spent this month (your budget)")).toBeTruthy()
  expect(screen.getByText("2 of 4 runs at once are queued or under way")).toBeTruthy()
  expect(screen.queryByRole("alert")).toBeNull()
  unmount()
  show(<LimitsNote runs={3} teamId={null} />)
  expect((await screen.findByRole("alert")).textContent).toContain("2 of 4 runs at once are queued or under way: a launch is refused")
})
