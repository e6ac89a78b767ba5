import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { countsOf, playwrightCounts, pytestCounts, vitestCounts } from "./counts.mjs"

const folder = mkdtempSync(join(tmpdir(), "he-counts-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** @param {string} text */
function report(text) {
  const file = join(folder, "report")
  writeFileSync(file, text)
  return file
}

test("counts vitest's tests, and a file that did not load as a failure", () => {
  const testResults = [
    { status: "failed", assertionResults: [] },
    { status: "passed", assertionResults: [{}] },
  ]
  const file = report(JSON.stringify({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults }))
  expect(vitestCounts(file)).toEqual({ passed: 3, failed: 2, skipped: 3 })
})

test("counts pytest's tests, errors as failures", () => {
  const file = report(
    '<testsuites name="x"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.0"></testsuite>',
  )
  expect(pytestCounts(file)).toEqual({ passed: 4, failed: 3, skipped: 3 })
})

test("counts Playwright's tests, a flaky one as failed, and a run that could not begin as a failure", () => {
  expect(playwrightCounts(report('{"stats":{"expected":5,"flaky":1,"unexpected":2,"skipped":1},"errors":[]}'))).toEqual({
    passed: 5,
    failed: 3,
    skipped: 1,
  })
  const broken = report('{"stats":{"expected":0,"flaky":0,"unexpected":0,"skipped":0},"errors":[{"message":"no server"}]}')
  expect(playwrightCounts(broken).failed).toBe(1)
})

test("has no counts without a report", () => {
  expect(countsOf(vitestCounts, join(folder, "none"))).toBeUndefined()
})
