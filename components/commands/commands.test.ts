import { expect, test } from "vitest"
import { launchAddress, matching, pages } from "./commands.ts"

test("a command is found by all words that were typed, in any order, and by what else it is called", () => {
  const found = (text: string) => matching(pages, text).map(({ id }) => id)
  expect(found("keys sett")).toEqual(["settings-keys"])
  expect(found("runs")).toEqual(["evaluations"])
  expect(found("ssh")).toEqual(["settings-instances"])
  expect(found("audit")).toEqual(["settings-audit"])
  expect(found("settings cost")).toEqual([])
  expect(found("  ")).toHaveLength(pages.length)
})

test("a run is started from the environment that is shown, or from the list of all", () => {
  expect(launchAddress("/dashboard/environments/ann/a%20b/versions")).toBe("/dashboard/environments/ann/a%20b/evaluations/new")
  expect(launchAddress("/dashboard/usage")).toBe("/dashboard/environments")
})
