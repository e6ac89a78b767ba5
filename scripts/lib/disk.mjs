import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { isAlive } from "../../backend/base/process-lock.mjs"
import { say } from "./say.mjs"

const MB = 1024 ** 2
/** Less is full: Postgres needs 16 MB for each segment of its log. */
const FULL_BYTES = 32 * MB
const RESERVE_BYTES = 64 * MB
/** The reserve is made where it is a small part of what is free. */
const ROOMY_BYTES = 10 * RESERVE_BYTES
const LOOK_MS = 2000

/** The bytes that are free for the platform. @param {string} folder */
export function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** Nothing of the platform can work on a disk as full as this, and it is no fault of its own. @param {string} folder */
export const isDiskFull = (folder) => freeBytes(folder) < FULL_BYTES

const reserveOf = (/** @type {string} */ dataDir) => join(dataDir, "reserve")

/** Gives the reserve back to the disk. @param {string} dataDir */
export const releaseReserve = (dataDir) => rmSync(reserveOf(dataDir), { force: true })

/**
 * Keeps some room back, and gives it up when the disk is full: Postgres needs room to start, and to delete anything.
 * @param {string} dataDir
 */
export function watchDisk(dataDir) {
  let told = false
  const look = () => {
    const isFull = isDiskFull(dataDir)
    if (isFull && !told) say(`The disk of ${dataDir} is full. Free some space: until then new runs wait, and what is running may fail.`)
    told = isFull
    if (isFull) releaseReserve(dataDir)
    else if (!existsSync(reserveOf(dataDir)) && freeBytes(dataDir) > ROOMY_BYTES) makeReserve(reserveOf(dataDir))
  }
  look()
  setInterval(look, LOOK_MS).unref()
}

/** Of written bytes: a file that is only long takes no room. @param {string} file */
function makeReserve(file) {
  const unfinished = `${file}.new`
  try {
    writeFileSync(unfinished, Buffer.alloc(RESERVE_BYTES), { mode: 0o600 })
    renameSync(unfinished, file)
  } catch {
    // Somebody else was faster to take the room.
    rmSync(unfinished, { force: true })
  }
}

/**
 * Deletes what processes of runs left that have ended, apart from what they reported: the worker still reads that. It would delete the
 * rest, too, but cannot start on a full disk.
 * @param {string} dataDir
 */
export function clearEndedRuns(dataDir) {
  const runs = join(dataDir, "runs")
  for (const folder of foldersIn(runs)) {
    const attempt = join(runs, folder)
    if (!hasEnded(attempt) || !foldersIn(attempt).includes("inside")) continue
    const inside = join(attempt, "inside")
    for (const name of readdirSync(inside)) if (name !== "events.jsonl") rmSync(join(inside, name), { recursive: true, force: true })
  }
}

/** Links are none: what a program left is not followed. @param {string} folder */
const foldersIn = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : []

/** Whether the shim says how the process ended, or is gone itself. @param {string} attempt */
function hasEnded(attempt) {
  if (existsSync(join(attempt, "exit.json"))) return true
  try {
    const { pid } = JSON.parse(readFileSync(join(attempt, "shim.json"), "utf8"))
    return Number.isInteger(pid) && !isAlive(pid)
  } catch {
    return false
  }
}
