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
 * A log file that rotates itself. Lines are gathered for a moment and written together; what cannot be written is left out.
 * @param {string} file
 */
export function openLog(file, maxBytes = MAX_BYTES) {
  mkdirSync(dirname(file), { recursive: true })
  let waiting = ""
  let lost = 0
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (!waiting) return
    const lines = waiting.split("\n").length - 1
    const text = lost > 0 ? `\n… ${lost} lines could not be written here …\n${waiting}` : waiting
    waiting = ""
    try {
      rotate(file, maxBytes)
      appendFileSync(file, text, { mode: 0o600 })
      lost = 0
    } catch {
      // A full disk, mostly. Whoever writes the log keeps the platform running.
      lost += lines
    }
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
