import { screen } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import { runStatistics } from "@/contract/statistics/statistics.ts"
import { Overview } from "./overview.tsx"

vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected", pollInterval: () => 30_000 }))
vi.mock("@/lib/api/browser.ts", () => ({ get: () => new Promise(() => {}) }))

function shown(values: object) {
  const at = Date.now()
  const of = <T,>(data: T) => ({ data, at })
  show(
    <Overview
      id="e1"
      run={of(aRun(values))}
      statistics={of(runStatistics("e1", []))}
      cells={of({ cells: [], complete: true })}
      log={of({ evaluation_id: "e1", lines: [], total: 0, next: null } as never)}
      errors={of({ evaluation_id: "e1", groups: [] })}
      sandboxes={of({ evaluation_id: "e1", sandboxes: [], total: 0, active: 0, seconds: 0 })}
      attempts={null}
    />,
  )
}

test("a completed upload without samples says that there are none", () => {
  shown({ is_hosted: false, total_samples: 0, progress: null })
  expect(screen.getByText("No samples")).toBeTruthy()
  expect(screen.getByText(/closed before any sample was uploaded/)).toBeTruthy()
})
