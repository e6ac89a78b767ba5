import { screen } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { AccessRole } from "@/contract/access/roles.ts"
import type { Evaluation } from "@/contract/index.ts"
import { BulkBar } from "./bulk-bar.tsx"
import { RowMenu } from "./rows/row-menu.tsx"

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: vi.fn() }) }))

const run = (id: string, access_role?: AccessRole, values: object = {}) =>
  ({
    ...{ evaluation_id: id, name: id, status: "COMPLETED", is_hosted: true, access_role, metadata: {}, tags: [] },
    ...values,
  }) as unknown as Evaluation

const bar = (runs: Evaluation[]) => show(<BulkBar runs={runs} canMark onAct={() => {}} onClear={() => {}} />)
const button = (name: RegExp) => screen.getByRole("button", { name }) as HTMLButtonElement

test("the bar refuses what a role refuses, and says why", () => {
  const { unmount } = bar([run("a", "owner"), run("b", "runner")])
  expect([button(/^Tag/).disabled, button(/^Archive/).disabled, button(/^Delete/).disabled]).toEqual([false, false, true])
  expect(button(/^Delete/).title).toBe("1 of them: This needs the role owner or editor in the team that it belongs to, and yours is runner")
  unmount()
  const viewing = bar([run("a", "viewer", { status: "RUNNING" })])
  for (const name of [/^Tag/, /^Archive/, /^Stop/, /^Delete/]) expect(button(name).disabled).toBe(true)
  expect(button(/^Stop/).title).toBe("This needs the role owner, editor or runner in the team that it belongs to, and yours is viewer")
  viewing.unmount()
  bar([run("a")])
  expect(button(/^Delete/).disabled).toBe(false)
})

test("the menu of a row offers what the reader's role allows", async () => {
  const items = async (role: AccessRole) => {
    const anchor = document.body.appendChild(document.createElement("button"))
    const { unmount } = show(<RowMenu run={run("a", role)} anchor={anchor} canMark others={0} onAct={() => {}} onClose={() => {}} />)
    await screen.findByRole("menu")
    const shown = screen.getAllByRole("menuitem", { hidden: true }).map(({ textContent }) => textContent)
    unmount()
    return shown
  }
  expect(await items("editor")).toEqual(["Open", "Select to compare", "Rename…", "Tags…", "Star", "Archive", "Delete"])
  expect(await items("runner")).toEqual([
    ...["Open", "Select to compare", "Rename…", "Tags…", "Star", "Archive"],
    "Launches, stops and judges runs: you are runner in its team.",
  ])
  expect(await items("viewer")).toEqual([
    "Open",
    "Select to compare",
    "Star",
    "Sees everything and changes nothing: you are viewer in its team.",
  ])
})
