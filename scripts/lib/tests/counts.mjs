import { existsSync, readFileSync } from "node:fs"
import { stripVTControlCharacters } from "node:util"
import { seconds } from "../say.mjs"

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts failures: each failed test and its error, in a line each */

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"))

const LONGEST = 300

/** A failed test: where it is, its name, and the first line of its error. @param {string} place @param {string} name @param {string} [error] */
function failure(place, name, error = "") {
  const [reason = ""] = stripVTControlCharacters(error).trim().split("\n")
  return `${place}: ${name}${reason && `\n  ${reason.slice(0, LONGEST)}`}`
}

/** In its report Vitest gives a test that timed out the stack it took beforehand, under this name, and says the time nowhere else. */
const TIMED_OUT = "Error: STACK_TRACE_ERROR"

/**
 * A test file that could not be loaded, or whose hook failed, counts as one failure: its tests never ran.
 * @param {string} file @returns {Counts}
 */
export function vitestCounts(file) {
  const report = readJson(file)
  /** @type {{ name: string, status: string, message?: string, assertionResults: { status: string, fullName: string, duration?: number, failureMessages?: string[] }[] }[]} */
  const suites = report.testResults
  const unloaded = suites.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  )
  const failed = suites.flatMap(({ name, assertionResults }) =>
    assertionResults.flatMap(({ status, fullName, duration = 0, failureMessages: [message] = [] }) =>
      status === "failed"
        ? [failure(name, fullName, message?.startsWith(TIMED_OUT) ? `timed out after ${seconds(duration)}` : message)]
        : [],
    ),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [
      ...unloaded.map(({ name, message, assertionResults: tests }) =>
        failure(name, tests.length > 0 ? "a hook failed" : "did not load", message),
      ),
      ...failed,
    ],
  }
}

/** @param {string} text an attribute of XML, as written */
const unescaped = (text) =>
  text
    .replaceAll(/&#(\d+);|&#x([0-9a-f]+);/gi, (_, decimal, hex) =>
      String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")

/** @param {string} file a JUnit report, of pytest or, without classes, of schemathesis, whose tests are operations of the API @returns {Counts} */
export function junitCounts(file) {
  const xml = readFileSync(file, "utf8")
  const [suite = ""] = /<testsuite [^>]*>/.exec(xml) ?? []
  const number = (/** @type {string} */ name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0)
  const failed = number("failures") + number("errors")
  const failures = [
    ...xml.matchAll(/<testcase (?:classname="([^"]*)" )?name="([^"]*)"[^>]*>\s*<(?:failure|error)[^>]* message="([^"]*)"/g),
  ].map(([, place = "the API", name = "", error]) => failure(unescaped(place), unescaped(name), unescaped(error ?? "")))
  return { passed: number("tests") - failed - number("skipped"), failed, skipped: number("skipped"), failures }
}

/**
 * @typedef {{ title: string, file: string, line: number, ok: boolean, tests: { status: string, results: { error?: { message?: string } }[] }[] }} Spec
 * @typedef {{ specs?: Spec[], suites?: Suite[] }} Suite
 */

/** @param {Suite} suite @returns {Spec[]} */
const specsOf = ({ specs = [], suites = [] }) => [...specs, ...suites.flatMap(specsOf)]

/** A test that passed on a second try only has failed: whatever made it flaky is a fault. @param {string} file @returns {Counts} */
export function playwrightCounts(file) {
  const { stats, errors = [], suites = [] } = readJson(file)
  const failures = specsOf({ suites }).flatMap(({ title, file: place, line, tests }) =>
    tests.flatMap(({ status, results }) =>
      status === "unexpected" || status === "flaky"
        ? [failure(`${place}:${line}`, title, results.find(({ error }) => error)?.error?.message)]
        : [],
    ),
  )
  const general = errors.map((/** @type {{ message?: string }} */ { message }) => failure("playwright", "did not run", message))
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky || errors.length,
    skipped: stats.skipped,
    failures: [...failures, ...general],
  }
}

/**
 * Reads a report; none when the tool died before it wrote one.
 * @param {(file: string) => Counts} read @param {string} file
 */
export const countsOf = (read, file) => (existsSync(file) ? read(file) : undefined)

/** @param {Counts | undefined} left @param {Counts | undefined} right */
export function add(left, right) {
  if (!left || !right) return left ?? right
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
    failures: [...left.failures, ...right.failures],
  }
}
