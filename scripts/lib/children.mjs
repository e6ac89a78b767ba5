import { spawn } from "node:child_process"
import { setPriority } from "node:os"
import { basename } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { Problem } from "./say.mjs"
import { root } from "./settings.mjs"

/** How long a child may take to stop before it is killed. */
const GRACE_MS = 15_000
const TAIL_LINES = 40
/** npm, for one, says first what is wrong, and then how it is used. */
const HEAD_LINES = 20
/** No tool of ours takes this long, even on a slow line: one that does hangs. */
const TOOL_MS = 20 * 60_000

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set()
let stopping = false

// Last net: whatever way the launcher ends by itself, its children end with it.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})

/**
 * Remembers a child until it ends, so that it can be stopped.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, how: string }>} how it ended, in words too
 */
function track(child) {
  running.add(child)
  return new Promise((done) => {
    child.once("error", (error) => ended(127, null, error))
    child.once("exit", (code, signal) => ended(code, signal))
    /** @param {number | null} code @param {NodeJS.Signals | null} signal @param {Error} [error] */
    function ended(code, signal, error) {
      running.delete(child)
      done({ code, signal, how: error?.message ?? (signal ? `killed by ${signal}` : `exit code ${code}`) })
    }
  })
}

/** @param {import("node:child_process").ChildProcess} child @param {(line: string, stream: "stdout" | "stderr") => void} onLine */
function readLines(child, onLine) {
  const streams = /** @type {const} */ (["stdout", "stderr"])
  return Promise.all(
    streams.map((name) => {
      const lines = createInterface({
        input: /** @type {import("node:stream").Readable} */ (child[name]),
        crlfDelay: Number.POSITIVE_INFINITY,
      })
      lines.on("line", (line) => onLine(line, name))
      return new Promise((done) => lines.once("close", done))
    }),
  )
}

/**
 * Runs a tool to its end; its output is only seen when it fails.
 * @param {string} title what to call it when it fails
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, niceness?: number, timeoutMs?: number }} [options]
 */
export async function run(title, command, args, { cwd = root, env = process.env, niceness = 0, timeoutMs = TOOL_MS } = {}) {
  if (stopping) throw new Problem(`${title}: not started, the launcher is stopping.`)
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
  if (niceness && child.pid) setPriority(child.pid, niceness)
  /** @type {string[]} */
  const head = []
  /** @type {string[]} */
  const tail = []
  let left = 0
  const end = track(child)
  const read = readLines(child, (line) => {
    if (head.length < HEAD_LINES) return head.push(line)
    tail.push(line)
    if (tail.length > TAIL_LINES) {
      tail.shift()
      left++
    }
  })
  const timer = setTimeout(() => child.kill("SIGTERM"), timeoutMs)
  const { code, how } = await end
  clearTimeout(timer)
  // A grandchild that lives on may hold the pipe open: do not wait for it.
  await Promise.race([read, sleep(500)])
  const said = [...head, ...(left > 0 ? [`… ${left} lines left out …`] : []), ...tail]
  if (code !== 0) throw new Problem(`${title} failed (${how}). It said:\n${said.join("\n")}`)
}

/**
 * Runs a tool to its end and hands on its output as it comes. The tool leads a process group of its own, of which nothing is left
 * afterwards; a child that takes longer than allowed is ended with its group.
 * @param {string} command @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, write: (text: string | Uint8Array) => void, timeoutMs: number, niceness?: number }} options
 */
export async function runInGroup(command, args, { env, write, timeoutMs, niceness = 0 }) {
  if (stopping) throw new Problem("Not started: stopping.")
  const child = spawn(command, args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] })
  for (const stream of [child.stdout, child.stderr]) stream.on("data", write)
  const end = track(child)
  if (niceness && child.pid) setPriority(child.pid, niceness)
  let late = false
  const timers = [
    setTimeout(() => {
      late = true
      signalGroup(child, "SIGTERM")
    }, timeoutMs),
    setTimeout(() => signalGroup(child, "SIGKILL"), timeoutMs + GRACE_MS),
  ]
  const { code, how } = await end
  for (const timer of timers) clearTimeout(timer)
  signalGroup(child, "SIGKILL")
  if (late) throw new Problem(`${basename(command)} ${args[0]}: ended after ${timeoutMs / 60_000} minutes`)
  if (code !== 0) throw new Problem(`${basename(command)} ${args[0]}: ${how}`)
}

/** @param {import("node:child_process").ChildProcess} child @param {NodeJS.Signals} signal */
function signalGroup(child, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // Nothing of the group is left.
  }
}

/**
 * The pause before the next start after so many deaths in a row: 1, 2, 4 … 30 seconds.
 * @param {number} deaths
 */
export const backOff = (deaths) => Math.min(1000 * 2 ** (deaths - 1), 30_000)

/**
 * Remembers deaths and says what to do about the latest one.
 * @returns {(now?: number, lived?: number) => { giveUp: boolean, pause: number }}
 */
export function deathCounter() {
  /** @type {number[]} */
  let recent = []
  let inARow = 0
  return (now = Date.now(), lived = 0) => {
    recent = [...recent.filter((time) => now - time < 60_000), now]
    inARow = lived > 60_000 ? 1 : inARow + 1
    return { giveUp: recent.length >= 5, pause: backOff(inARow) }
  }
}

/**
 * Keeps a Node program running. It shares our process group and has an IPC channel: when the launcher is killed the channel
 * closes, and scripts/lib/leave-with-launcher.mjs, loaded first, ends the program.
 * @param {{
 *   name: string,
 *   args: string[],
 *   env: NodeJS.ProcessEnv,
 *   onLine: (line: string, stream: "stdout" | "stderr") => void,
 *   onDeath: (text: string) => void,
 *   onGiveUp: (problem: Problem) => void,
 *   isExcused?: () => boolean,
 *   died?: ReturnType<typeof deathCounter>,
 * }} program isExcused: something else than the program is at fault, so that it is started again however often it dies
 */
export function supervise({ name, args, env, onLine, onDeath, onGiveUp, isExcused = () => false, died = deathCounter() }) {
  const preload = ["--import", new URL("leave-with-launcher.mjs", import.meta.url).href]
  const keep = async () => {
    while (!stopping) {
      const born = Date.now()
      const child = spawn(process.execPath, [...preload, ...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe", "ipc"] })
      readLines(child, onLine)
      const { how } = await track(child)
      if (stopping) return
      const { giveUp, pause } = died(Date.now(), Date.now() - born)
      if (giveUp && !isExcused()) return onGiveUp(new Problem(`${name} died 5 times within a minute (last: ${how}); giving up.`))
      onDeath(`${name} died (${how}); starting it again in ${pause / 1000} s`)
      await sleep(pause)
    }
  }
  keep()
}

/** Ends every child: politely, then after the grace period by force. Nothing is started after this. */
export async function stopChildren(grace = GRACE_MS) {
  stopping = true
  const ends = [...running].map((child) => new Promise((done) => child.once("exit", done)))
  for (const child of running) child.kill("SIGTERM")
  const timer = setTimeout(() => {
    for (const child of running) child.kill("SIGKILL")
  }, grace)
  await Promise.all(ends)
  clearTimeout(timer)
}
