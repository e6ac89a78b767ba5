// The plans of what a platform asks its database, as Postgres carried them out: by auto_explain, which writes them into its log.
import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import { join } from "node:path"

/** For startPlatform: the library is there from the start, and says nothing until it is asked to. */
export const planSettings = {
  session_preload_libraries: "auto_explain",
  "auto_explain.log_analyze": "on",
  "auto_explain.log_buffers": "on",
  "auto_explain.log_timing": "off",
  "auto_explain.log_format": "json",
}

/** @typedef {{ "Query Text": string, Plan: Node }} Plan */
/** @typedef {{ "Node Type": string, "Shared Hit Blocks": number, "Shared Read Blocks": number, Plans?: Node[] }} Node */

/**
 * The plans of all statements of the time of some work; nothing else may ask the database meanwhile.
 * @param {import("pg").Client} database @param {string} dataDir @param {() => Promise<unknown>} work @returns {Promise<Plan[]>}
 */
export async function plansOf(database, dataDir, work) {
  const log = join(dataDir, "logs/postgres.log")
  const setLogging = async (/** @type {string} */ ms) => {
    await database.query(`alter system set auto_explain.log_min_duration = '${ms}'`)
    await database.query("select pg_reload_conf()")
    // Backends read their settings between two statements.
    await new Promise((done) => setTimeout(done, 300))
  }
  await setLogging("0")
  const from = textFrom(log, Number.MAX_SAFE_INTEGER).end
  await work()
  await setLogging("-1")
  const { text } = textFrom(log, from)
  return [...text.matchAll(/duration: [\d.]+ ms {2}plan:\n((?:\t.*\n)+)/g)].map(([, json]) => JSON.parse(String(json)))
}

/** Blocks of 8 KB that statements touched, in memory or not. @param {Plan[]} plans */
export const blocksOf = (plans) => plans.reduce((sum, { Plan }) => sum + Plan["Shared Hit Blocks"] + Plan["Shared Read Blocks"], 0)

/** A file's text from an offset on. @param {string} name @param {number} from */
function textFrom(name, from) {
  const file = openSync(name, "r")
  try {
    const { size } = fstatSync(file)
    const buffer = Buffer.alloc(Math.max(0, size - from))
    if (buffer.length > 0) readSync(file, buffer, 0, buffer.length, from)
    return { text: buffer.toString(), end: size }
  } finally {
    closeSync(file)
  }
}
