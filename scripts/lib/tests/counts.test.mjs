import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { root } from "../settings.mjs"
import { countsOf, junitCounts, playwrightCounts, vitestCounts } from "./counts.mjs"

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
    { name: "a.test.ts", status: "failed", message: "no such module\nat x", assertionResults: [] },
    {
      name: "b.test.ts",
      status: "failed",
      assertionResults: [
        { status: "passed", fullName: "works", failureMessages: [] },
        { status: "failed", fullName: "adds up", failureMessages: ["expected 1 to be 2\n    at b.test.ts:3"] },
      ],
    },
  ]
  const file = report(JSON.stringify({ numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults }))
  expect(vitestCounts(file)).toEqual({
    passed: 3,
    failed: 2,
    skipped: 3,
    failures: ["a.test.ts: did not load\n  no such module", "b.test.ts: adds up\n  expected 1 to be 2"],
  })
})

test("says what timed out in Vitest's own report of tests and hooks that hang", () => {
  const hang = "() => new Promise(() => {})"
  writeFileSync(join(folder, "test.test.mjs"), `import { test } from "vitest"\ntest("hangs", ${hang}, 50)\n`)
  writeFileSync(
    join(folder, "hook.test.mjs"),
    `import { beforeAll, test } from "vitest"\nbeforeAll(${hang}, 50)\ntest("waits", () => {})\n`,
  )
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  const report = join(folder, "vitest.json")
  const vitest = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, "--reporter=json", `--outputFile=${report}`]
  expect(spawnSync(process.execPath, vitest).status).toBe(1)
  const { passed, failed, skipped, failures } = vitestCounts(report)
  expect({ passed, failed, skipped }).toEqual({ passed: 0, failed: 2, skipped: 1 })
  const [hook, test] = failures.map((line) => line.slice(line.lastIndexOf("/") + 1))
  expect(hook).toBe("hook.test.mjs: a hook failed\n  Hook timed out in 50ms.")
  expect(test).toMatch(/^test\.test\.mjs: hangs\n {2}timed out after \d+\.\d s$/)
})

test("counts pytest's tests, errors as failures", () => {
  const file = report(
    `<testsuites name="x"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.0">
      <testcase classname="tests.test_a" name="test_fine" time="0.1" />
      <testcase classname="tests.test_a" name="test_b[&lt;]" time="0.1"><failure message="assert 1 == &quot;2&quot;&#10; more">…</failure></testcase>
    </testsuite></testsuites>`,
  )
  expect(junitCounts(file)).toEqual({ passed: 4, failed: 3, skipped: 3, failures: ['tests.test_a: test_b[<]\n  assert 1 == "2"'] })
})

test("counts what schemathesis asked, by operation", () => {
  const file = report(
    `<testsuites errors="0" failures="1" skipped="0" tests="2" time="0.1"><testsuite name="schemathesis" hostname="vm" errors="0" failures="1" skipped="0" tests="2" time="0.1">
      <testcase name="GET /a" time="0.06" />
      <testcase name="GET /b" time="0.01">
        <failure type="failure" message="ST101">1. Test Case ID: J9K2wL</failure>
      </testcase>
    </testsuite></testsuites>`,
  )
  expect(junitCounts(file)).toEqual({ passed: 1, failed: 1, skipped: 0, failures: ["the API: GET /b\n  ST101"] })
})

test("counts Playwright's tests, a flaky one as failed, and a run that could not begin as a failure", () => {
  const spec = {
    title: "a story",
    file: "a.spec.ts",
    line: 3,
    tests: [{ status: "flaky", results: [{ error: { message: "timeout\nlog" } }] }],
  }
  const suites = [{ specs: [], suites: [{ specs: [spec] }] }]
  const file = report(JSON.stringify({ stats: { expected: 5, flaky: 1, unexpected: 2, skipped: 1 }, errors: [], suites }))
  expect(playwrightCounts(file)).toEqual({ passed: 5, failed: 3, skipped: 1, failures: ["a.spec.ts:3: a story\n  timeout"] })
  const broken = report('{"stats":{"expected":0,"flaky":0,"unexpected":0,"skipped":0},"errors":[{"message":"no server"}]}')
  expect(playwrightCounts(broken)).toMatchObject({ failed: 1, failures: ["playwright: did not run\n  no server"] })
})

test("has no counts without a report", () => {
  expect(countsOf(vitestCounts, join(folder, "none"))).toBeUndefined()
})
