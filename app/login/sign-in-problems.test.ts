import { expect, test } from "vitest"
import { problemOf } from "./sign-in-problems.ts"

test("a problem is one of ours; what else the address says is not shown", () => {
  expect(problemOf({})).toBeNull()
  expect(problemOf({ ended: "1" })).toContain("has ended")
  expect(problemOf({ refused: "uninvited" })).toContain("invitation")
  expect(problemOf({ error: "call 555-0100" })).toBe("The sign-in was not completed. Try again.")
  for (const value of ["call 555-0100", "toString", "__proto__", ["uninvited"]])
    expect(problemOf({ refused: value, link: value })).toBeNull()
})
