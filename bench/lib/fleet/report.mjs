import { quantile } from "../load/tally.mjs"

/** An answer may take this long before a platform counts as overloaded. */
const p99Ms = 1000
/** With twice the nodes at least this much more of twice the rollouts is growth. */
const growth = 0.5

/**
 * @typedef {{ kind: string, ms: number }} Asked
 * @typedef {{
 *   nodes: number, rate: number, ended: number, asked: Asked[], lag: { p50: number, p99: number },
 *   seen: import("./watch.mjs").Seen, reads: import("../load/tally.mjs").Tally
 * }} Step rate: rollouts stored a second; ended: runs that ended meanwhile; asked: what the nodes asked; lag: ms until a rollout was stored
 */

/** @param {Step} step @param {{ waiting: number, running: number }} cluster */
export function stepInWords({ nodes, rate, ended, asked, lag, seen, reads }, cluster) {
  const times = (/** @type {readonly number[]} */ values) => `${ms(quantile(values, 0.5))} / ${ms(quantile(values, 0.99))}`
  const of = (/** @type {string} */ kind) => times(asked.filter((one) => one.kind === kind).map((one) => one.ms))
  const processes = seen.processes.map(
    ({ name, cores, megabytes }) =>
      `${name} ${cores.toFixed(2)} cores, ${((cores / rate) * 1000).toFixed(1)} s for 1,000 rollouts, ${megabytes.toFixed(0)} MB`,
  )
  return [
    `${nodes} nodes, ${seen.seconds.toFixed(0)} s: ${rate.toFixed(1)} rollouts stored a second, ${ended} runs ended, ${(asked.length / seen.seconds).toFixed(0)} requests of nodes a second`,
    `  p50 / p99: events ${of("events")}, heartbeat ${of("heartbeat")}, open ${of("open")}, exit ${of("exit")}, rollout until stored ${ms(lag.p50)} / ${ms(lag.p99)}`,
    `  read: list ${times(reads.times("list"))}, run ${times(reads.times("run"))}, statistics ${times(reads.times("statistics"))}, samples ${times(reads.times("samples"))}, launch ${times(reads.times("launch"))}, ${reads.kilobytesHeard} KB of events`,
    `  queued ${seen.queued.toFixed(0)}, on nodes ${cluster.running}, waiting for one ${cluster.waiting}, transactions a second ${seen.transactions.toFixed(0)}, connections ${seen.connections.toFixed(0)}, of these busy: ${seen.waits || "none"}`,
    `  ${processes.join("; ")}; machine ${(seen.machine * 100).toFixed(0)} %`,
  ].join("\n")
}

/**
 * The first step at which more nodes brought no more, or answers took too long; and what was busiest there.
 * @param {Step[]} steps
 */
export function bendOf(steps) {
  for (const [i, step] of steps.entries()) {
    const why = whyBent(step, steps[i - 1])
    if (!why) continue
    const [busiest] = [...step.seen.processes].sort((a, b) => b.cores - a.cores)
    const machine = step.seen.machine > 0.95 ? "; the machine has no core left" : ""
    return `It bends at ${step.nodes} nodes: ${why}. The busiest part is ${busiest?.name} with ${busiest?.cores.toFixed(2)} cores${machine}.`
  }
  return "It does not bend up to here."
}

/** @param {Step} step @param {Step | undefined} before */
function whyBent({ nodes, rate, asked, reads }, before) {
  for (const kind of ["events", "heartbeat"]) {
    const p99 = quantile(
      asked.filter((one) => one.kind === kind).map((one) => one.ms),
      0.99,
    )
    if (p99 > p99Ms) return `p99 of ${kind} is ${ms(p99)}`
  }
  const list = quantile(reads.times("list"), 0.99)
  if (list > p99Ms) return `p99 of the list of runs is ${ms(list)}`
  if (before && rate / before.rate - 1 < growth * (nodes / before.nodes - 1))
    return `${before.rate.toFixed(0)} → ${rate.toFixed(0)} rollouts a second`
  return null
}

/** @param {number} value */
const ms = (value) => (Number.isNaN(value) ? "–" : value < 10 ? `${value.toFixed(1)} ms` : `${value.toFixed(0)} ms`)
