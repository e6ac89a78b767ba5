import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { checkCommitMessages, faultOf } from "./commit-messages.mjs"

const scratch = mkdtempSync(join(tmpdir(), "he-commits-"))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const author = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
const git = (/** @type {string} */ folder, /** @type {string[]} */ ...args) =>
  execFileSync("git", [...author, ...args], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim()
const commit = (/** @type {string} */ folder, /** @type {string} */ message) => {
  git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
  return git(folder, "rev-parse", "HEAD")
}
const repository = () => {
  const folder = mkdtempSync(join(scratch, "repository-"))
  git(folder, "init", "--quiet")
  return folder
}

test.each(["fix(engine): keep the lease\n\nIt was lost.", "refactor: move the tests\n\n- one\n- two", "feat(api)!: a field\n\nNew.\n"])(
  "accepts %j",
  (message) => {
    expect(faultOf(message)).toBeUndefined()
  },
)

test.each([
  ["engine: keep the lease\n\nIt was lost.", /^its subject is not "type\(scope\): what changes"/],
  ["fix(engine):keep\n\nIt was lost.", /^its subject/],
  ["fix: keep the lease", /no body/],
  ["fix: keep the lease\n\nCo-authored-by: A B <a@b.example>", /no body/],
  ["fix: keep the lease\nIt was lost.", /no empty line/],
])("refuses %j", (message, fault) => {
  expect(faultOf(message)).toMatch(fault)
})

test("looks at the first commit and all after it, merges apart", () => {
  const folder = repository()
  commit(folder, "words of old")
  const first = commit(folder, "feat: begin\n\nHere the rule begins.")
  git(folder, "checkout", "--quiet", "-b", "side")
  commit(folder, "fix: one thing\n\nWhy.")
  git(folder, "checkout", "--quiet", "-")
  commit(folder, "docs: another\n\nWhy.")
  git(folder, "merge", "--quiet", "--no-ff", "--message", "Merge branch 'side'", "side")
  expect(checkCommitMessages(folder, first)).toBe("3 commit messages are as they should be.")

  const bad = commit(folder, "wip")
  expect(() => checkCommitMessages(folder, first)).toThrow(`${bad.slice(0, 12)} "wip": its subject is not`)
})

test("checks the first commit too", () => {
  const folder = repository()
  const first = commit(folder, "no form")
  expect(() => checkCommitMessages(folder, first)).toThrow('"no form"')
})

test("fails in a shallow clone, and says what to do", () => {
  const folder = repository()
  const first = commit(folder, "feat: begin\n\nHere the rule begins.")
  commit(folder, "fix: more\n\nWhy.")
  const shallow = join(scratch, "shallow")
  git(scratch, "clone", "--quiet", "--depth", "1", `file://${folder}`, shallow)
  expect(() => checkCommitMessages(shallow, first)).toThrow(/not in the history of this clone.*git fetch --unshallow/)
})

test("says that a source archive has no commits", () => {
  expect(checkCommitMessages(mkdtempSync(join(scratch, "archive-")))).toMatch(/^Skipped/)
})
