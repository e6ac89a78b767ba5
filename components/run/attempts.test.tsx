import { screen, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import type { Attempt } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { Attempts } from "./attempts.tsx"

vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
beforeEach(() => void vi.mocked(get).mockReset())

const attempt = (number: number, values: Partial<Attempt> = {}): Attempt => ({
  number,
  reason: "launched",
  resume_mode: null,
  resumed_by: null,
  started_at: "2025-03-12T14:00:00Z",
  ended_at: "2025-03-12T14:03:05Z",
  ended: "completed",
  end_detail: null,
  executor: "process",
  machine: "worker-1",
  processes: 1,
  samples: 4,
  errored: 0,
  ...values,
})

/** @returns the text of each attempt */
function rowsOf(run: object, attempts: Attempt[]): (string | null)[] {
  show(<Attempts run={aRun({ attempt: 2, ...run })} seed={{ data: { evaluation_id: "e1", attempts }, at: Date.now() }} />)
  return within(screen.getByRole("list"))
    .getAllByRole("listitem")
    .map((row) => row.textContent)
}

test("each attempt says why it began, how it ended and what it did", () => {
  const lost = attempt(1, { ended: "lost", errored: 1, end_detail: "its worker went away" })
  const [first, second] = rowsOf({ status: "RUNNING" }, [
    lost,
    attempt(2, { reason: "continued", ended: null, ended_at: null, samples: 1, machine: "worker-2" }),
  ])
  expect(first).toContain("Attempt 1 of 2the launchLost")
  expect(first).toContain("12 Mar 2025, for 3 min 05 s4 rollouts, 1 with errorsits worker went awayon worker-1")
  expect(second).toContain("Attempt 2 of 2continued the previous attemptRunning")
  expect(second).toMatch(/12 Mar 20251 rolloutson worker-2$|12 Mar 20251 rollouton worker-2$/)
})

test("a resumed attempt says who resumed it, and for what", () => {
  const resumed = attempt(2, { reason: "resumed", resumed_by: "ann", resume_mode: "errors_only" })
  expect(rowsOf({}, [attempt(1), resumed])[1]).toContain("resumed by ann for rollouts with errors")
})

test("an attempt of several processes says how many", () => {
  const [first, second] = rowsOf({}, [attempt(1), attempt(2, { processes: 3 })])
  expect(first).not.toContain("process")
  expect(second).toContain("4 rollouts3 processeson worker-1")
})

test("an attempt without an end is not said to be running once the run has ended", () => {
  expect(rowsOf({ status: "FAILED" }, [attempt(1), attempt(2, { ended: null })]).join()).not.toContain("Running")
})

test("a run with one attempt shows none, and does not ask for them", () => {
  show(<Attempts run={aRun({ attempt: 1 })} seed={null} />)
  expect(screen.queryByText(/Attempt/)).toBeNull()
  expect(get).not.toHaveBeenCalled()
})

test("attempts that cannot be read are said to be there, with the reason", async () => {
  vi.mocked(get).mockRejectedValue(new Error("It is busy."))
  show(<Attempts run={aRun({ attempt: 3 })} seed={null} />)
  expect(await screen.findByText("The attempts could not be read: It is busy.")).toBeTruthy()
  expect(screen.getByRole("heading", { name: "Attempts (3)" })).toBeTruthy()
})

test("every row counts the attempt that has just begun, as the title does", () => {
  const [first] = rowsOf({ status: "RUNNING", attempt: 2 }, [attempt(1)])
  expect(screen.getByText("Attempts (2)")).toBeTruthy()
  expect(first).toContain("Attempt 1 of 2")
})
