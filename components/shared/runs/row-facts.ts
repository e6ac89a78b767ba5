import type { Scale } from "@/components/charts/reward-colour.ts"
import {
  doneRollouts,
  elapsed,
  environmentOf,
  erroredRollouts,
  expectedRollouts,
  modelOf,
  phaseText,
  rolloutsOf,
  settledOf,
  sizeOf,
  wordsOf,
} from "@/components/shared/run-facts.ts"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatDuration } from "@/lib/format.ts"
import { isolated } from "@/lib/isolated.ts"

/** The drawing of a run's state: shapes differ, so that it is told without colour. */
export type RunLook = "live" | "waiting" | "done" | "failed" | "stopped"

export function lookOf(run: Evaluation): RunLook {
  if (run.stale) return "stopped"
  if (run.status === "PENDING") return "waiting"
  if (isActive(run.status)) return "live"
  if (run.status === "COMPLETED") return "done"
  return run.status === "CANCELLED" ? "stopped" : "failed"
}

/** Whether the row of a run has the reason why it failed where others have their numbers. */
export const hasReasonOnly = (run: Evaluation): boolean => lookOf(run) === "failed" && run.avg_score === null

export const statusText = (run: Evaluation): string => wordsOf(run)?.label ?? run.status

/** What tells a run from others: its model, and its name where somebody gave it one. Hosted runs are named after environment and model. */
export function titleOf(run: Evaluation): string {
  const model = modelOf(run)
  const [environment] = run.environment_names ?? []
  const given = `${environment?.split("/").at(-1)}--${model}`
  const name = run.name.startsWith(given) ? run.name.slice(given.length).trim() : run.name
  return [model, name].flatMap((text) => (text ? [isolated(text)] : [])).join(" · ") || run.evaluation_id
}

/** "2 min 10 s left · 54/min"; what the run is doing as long as nothing can be said about its pace. */
export function paceText(run: Evaluation, now: number): string {
  const [took, total, done] = [elapsed(run, now), expectedRollouts(run), doneRollouts(run)]
  // How fast it is says little while its requests wait for their turn.
  if (run.phase !== "running" || !took || done === 0 || run.waits_for) return phaseText(run)
  const perMinute = done / (took / 60_000)
  const rate = `${perMinute < 10 ? Number(perMinute.toFixed(1)) : formatCount(Math.round(perMinute))}/min`
  return total === null ? `${phaseText(run)} · ${rate}` : `${formatDuration(roughly(((total - done) / perMinute) * 60_000))} left · ${rate}`
}

/** An estimate has no more than whole seconds. */
const roughly = (milliseconds: number): number => Math.max(1, Math.round(milliseconds / 1000)) * 1000

/** How large the run is, and how far it came if that is not all of it. */
export function sizeText(run: Evaluation): string {
  const size = sizeOf(run)
  const settled = settledOf(run)
  if (settled) return `${formatCount(settled.examples)} of ${formatCount(settled.of)} × ${rolloutsOf(run) ?? "?"}, settled`
  const done = doneRollouts(run)
  const count = `${formatCount(done)} ${done === 1 ? "rollout" : "rollouts"}`
  if (size === "–") return count
  return done === expectedRollouts(run) ? size : `${size}, ${formatCount(done)} done`
}

export const errorsText = (run: Evaluation): string => {
  const errors = erroredRollouts(run)
  return errors === 0 ? "" : `, ${formatCount(errors)} ${errors === 1 ? "error" : "errors"}`
}

/** The run that others of its environment are compared with, on platforms that have one. */
export const baselineOf = (
  run: Evaluation & { baseline?: { evaluation_id: string; mean: number | null } | null | undefined },
): { evaluation_id: string; mean: number | null } | null => run.baseline ?? null

/** "+0.16", "−0.59" to the baseline of its environment; "baseline" for that run itself. */
export function differenceText(run: Evaluation): string {
  const baseline = baselineOf(run)
  if (!baseline) return ""
  if (baseline.evaluation_id === run.evaluation_id) return "baseline"
  if (baseline.mean === null || run.avg_score === null) return ""
  const difference = run.avg_score - baseline.mean
  return `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(2)}`
}

/** One axis for all runs of an environment that are shown: rewards of different environments need not be comparable. */
export function scalesOf(runs: readonly Evaluation[]): (run: Evaluation) => Scale {
  const scales = new Map<string, Scale>()
  for (const run of runs) {
    const key = environmentOf(run).text
    const values = [run.avg_score, run.interval95?.low, run.interval95?.high].filter((value) => typeof value === "number")
    const before = scales.get(key) ?? { min: 0, max: 1 }
    scales.set(key, { min: Math.min(before.min, ...values), max: Math.max(before.max, ...values) })
  }
  return (run) => scales.get(environmentOf(run).text) ?? { min: 0, max: 1 }
}
