import { act, screen } from "@testing-library/react"
import { afterEach, expect, test, vi } from "vitest"
import { TickingDuration } from "@/components/shared/ticking-duration.tsx"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import { asBrowserTime, learnServerTime, serverNow } from "@/lib/clock.ts"
import { ClockProvider, Moment, TimeAgo } from "./time-ago.tsx"

const hour = 3_600_000
const server = Date.parse("2026-03-12T14:00:00Z")
afterEach(() => {
  vi.useRealTimers()
})

const startedNow = { status: "RUNNING", started_at: "2026-03-12T13:59:57Z", completed_at: null }

test.each([2 * hour, -hour, 0])("times are those of the server when the browser's clock is %i ms ahead", (ahead) => {
  vi.useFakeTimers({ now: server + ahead })
  show(
    <ClockProvider serverNow={server}>
      <TimeAgo at="2026-03-12T13:55:00Z" />
      <TickingDuration run={aRun(startedNow)} />
    </ClockProvider>,
  )
  expect(screen.getByText("5 min ago")).toBeTruthy()
  expect(screen.getByText("3 s")).toBeTruthy()
  act(() => vi.advanceTimersByTime(60_000))
  expect(screen.getByText("6 min ago")).toBeTruthy()
  expect(screen.getByText("1 min 03 s")).toBeTruthy()
  expect(asBrowserTime(server)).toBe(server + ahead)
})

test("of all answers the quickest tells the difference, until the browser's clock is set", () => {
  vi.useFakeTimers({ now: server })
  learnServerTime(server - 3 * hour)
  learnServerTime(server - 4000)
  learnServerTime(server - 200)
  learnServerTime(server - 900)
  learnServerTime(Number.NaN)
  expect(serverNow()).toBe(server - 200)
  vi.setSystemTime(server + hour)
  learnServerTime(server)
  expect(serverNow()).toBe(server)
})

test("times are those of where the reader is, with UTC in the title", () => {
  const options = Intl.DateTimeFormat().resolvedOptions()
  vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockReturnValue({ ...options, timeZone: "Asia/Tokyo" })
  show(
    <ClockProvider serverNow={server}>
      <Moment at="2026-03-12T20:05:09Z" />
      <TimeAgo at="2026-01-31T20:00:00Z" />
    </ClockProvider>,
  )
  expect(screen.getByText("Fri 05:05").title).toBe("2026-03-12 20:05:09 UTC")
  expect(screen.getByText<HTMLTimeElement>("1 Feb 2026").dateTime).toBe("2026-01-31T20:00:00Z")
})
