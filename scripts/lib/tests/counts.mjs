import { existsSync, readFileSync } from "node:fs"

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"))

/** A test file that could not be loaded counts as one failure: its tests never ran. @param {string} file @returns {Counts} */
export function vitestCounts(file) {
  const report = readJson(file)
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const suites = report.testResults
  const unloaded = suites.filter((suite) => suite.status === "failed" && suite.assertionResults.length === 0).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** @param {string} file a JUnit report @returns {Counts} */
export function pytestCounts(file) {
  const [suite = ""] = /<testsuite [^>]*>/.exec(readFileSync(file, "utf8")) ?? []
  const number = (/** @type {string} */ name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0)
  const failed = number("failures") + number("errors")
  return { passed: number("tests") - failed - number("skipped"), failed, skipped: number("skipped") }
}

/** A test that passed on a second try only has failed: whatever made it flaky is a fault. @param {string} file @returns {Counts} */
export function playwrightCounts(file) {
  const { stats, errors = [] } = readJson(file)
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky || errors.length, skipped: stats.skipped }
}

/**
 * Reads a report; none when the tool died before it wrote one.
 * @param {(file: string) => Counts} read @param {string} file
 */
export const countsOf = (read, file) => (existsSync(file) ? read(file) : undefined)

/** @param {Counts | undefined} left @param {Counts | undefined} right */
export function add(left, right) {
  if (!left || !right) return left ?? right
  return { passed: left.passed + right.passed, failed: left.failed + right.failed, skipped: left.skipped + right.skipped }
}
