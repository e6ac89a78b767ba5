import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Problem } from "../say.mjs"

/** The first commit whose message is checked; older ones were written before the rule. */
export const FIRST_CHECKED_COMMIT = "c1e74faf398bd4a0fbb7e1d8fc71d9eefa813593"

const TYPES = ["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"]
const SUBJECT = new RegExp(`^(${TYPES.join("|")})(\\([a-z0-9./-]+\\))?!?: \\S`)
/** A line such as "Co-authored-by: …", which says nothing about the change. */
const TRAILER = /^[A-Z][A-Za-z]*(-[A-Za-z]+)+: /

/**
 * What a message lacks of the conventional form with a body.
 * @param {string} message @returns {string | undefined}
 */
export function faultOf(message) {
  const [subject = "", separator = "", ...rest] = message.trimEnd().split("\n")
  if (!SUBJECT.test(subject)) return `its subject is not "type(scope): what changes", with a type of ${TYPES.join(", ")}`
  if (separator !== "") return "there is no empty line after its subject"
  if (!rest.some((line) => line.trim() && !TRAILER.test(line))) return "it has no body that says why"
  return undefined
}

/**
 * Checks every commit that HEAD has from the first one on, merges apart.
 * @param {string} folder the checkout
 * @param {string} [first]
 * @returns {string} what was looked at
 * @throws Problem that names each faulty commit, or says that the history is not there
 */
export function checkCommitMessages(folder, first = FIRST_CHECKED_COMMIT) {
  if (!existsSync(join(folder, ".git"))) return "Skipped: this is no clone, so there are no commits to look at."
  const git = (/** @type {string[]} */ ...args) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] })
  try {
    git("merge-base", "--is-ancestor", first, "HEAD")
  } catch (error) {
    const said = String(/** @type {{ stderr?: string }} */ (error).stderr ?? error).trim()
    throw new Problem(
      `Commit ${first.slice(0, 12)} is not in the history of this clone, so its commit messages cannot be checked. ` +
        `Fetch the whole history (git fetch --unshallow).${said ? `\ngit said: ${said}` : ""}`,
    )
  }
  const format = ["--no-merges", "--format=%H%n%B%x00"]
  const entries = [git("log", ...format, "HEAD", `^${first}`), git("log", "-1", ...format, first)].join("").split("\0")
  const commits = entries.map((entry) => entry.trimStart()).filter(Boolean)
  const faults = commits.flatMap((entry) => {
    const [hash = "", subject = ""] = entry.split("\n")
    const fault = faultOf(entry.slice(hash.length + 1))
    return fault ? [`${hash.slice(0, 12)} "${subject}": ${fault}`] : []
  })
  if (faults.length > 0) throw new Problem(faults.join("\n"))
  return `${commits.length} commit messages are as they should be.`
}
