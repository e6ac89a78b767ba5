import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs"
import { dirname } from "node:path"

const MAX_BYTES = 10 * 1024 * 1024
const KEEP = 3

/** Moves a log that has grown too large aside: file.1 is the newest of the old ones. @param {string} file */
export function rotate(file, maxBytes = MAX_BYTES) {
  if (!existsSync(file) || statSync(file).size < maxBytes) return
  for (let number = KEEP - 1; number >= 1; number--) {
    if (existsSync(`${file}.${number}`)) renameSync(`${file}.${number}`, `${file}.${number + 1}`)
  }
  renameSync(file, `${file}.1`)
}

/**
 * A log file that rotates itself. Lines are gathered for a moment and written together.
 * @param {string} file
 */
export function openLog(file, maxBytes = MAX_BYTES) {
  mkdirSync(dirname(file), { recursive: true })
  let waiting = ""
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (!waiting) return
    rotate(file, maxBytes)
    appendFileSync(file, waiting, { mode: 0o600 })
    waiting = ""
  }
  process.once("exit", flush)
  return {
    flush,
    /** @param {string} line */
    write(line) {
      waiting += `${line}\n`
      timer ??= setTimeout(flush, 100)
    },
  }
}

/**
 * The text to show on the terminal for a line of output, or undefined when it belongs into the log only.
 * @param {string} line
 * @param {"stdout" | "stderr"} stream
 */
export function worthShowing(line, stream) {
  const entry = parseEntry(line)
  if (!entry) return stream === "stderr" && line.trim() ? line : undefined
  if (entry.level < 50) return undefined
  const cause = entry.err?.message
  return cause && cause !== entry.msg ? `${entry.msg ?? "error"}: ${cause}` : (entry.msg ?? line)
}

/** @param {string} line @returns {{ level: number, msg?: string, err?: { message?: string } } | undefined} */
function parseEntry(line) {
  if (!line.startsWith("{")) return undefined
  try {
    const value = JSON.parse(line)
    return typeof value.level === "number" ? value : undefined
  } catch {
    return undefined
  }
}
