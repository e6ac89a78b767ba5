import type { Attempt, Evaluation, EvaluationStatus, RunStatistics, Settled } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

const numberOf = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null)

export const modelOf = (run: Evaluation): string | null => run.inference_model ?? run.model_name

export interface EnvironmentLabel {
  text: string
  version: string | null
  href: string | null
}

/** The run's environment: with a link when the platform knows it, else the names that were given. */
export function environmentOf(run: Evaluation): EnvironmentLabel {
  const environment = run.environment
  if (environment) {
    return {
      text: `${environment.owner}/${environment.name}`,
      version: environment.version,
      href: paths.environment(environment.owner, environment.name),
    }
  }
  const text = run.environment_names?.join(", ") || run.dataset || ""
  const parts = /^([\w.-]+)\/([\w.-]+)$/.exec(text)
  return { text: text || "–", version: null, href: parts ? paths.environment(parts[1] as string, parts[2] as string) : null }
}

/** What a run is of, for a caption: environment, model and name. */
export function runSubject(run: Evaluation): string {
  const { text, version } = environmentOf(run)
  return [version ? `${text}@${version}` : text, modelOf(run), run.name].filter((part) => part && part !== "–").join(" · ")
}

/** -1 means all examples; null when unknown. */
export const examplesOf = (run: Evaluation): number | null => numberOf(run.eval_config?.num_examples) ?? numberOf(run.metadata.num_examples)

export const rolloutsOf = (run: Evaluation): number | null =>
  numberOf(run.eval_config?.rollouts_per_example) ?? numberOf(run.metadata.rollouts_per_example)

/** "50 × 4", "all × 1". */
export function sizeOf(run: Evaluation): string {
  const examples = examplesOf(run)
  const rollouts = rolloutsOf(run)
  if (examples === null && rollouts === null) return "–"
  const all = examples === null ? "?" : examples < 0 ? "all" : formatCount(examples)
  return `${all} × ${rollouts ?? "?"}`
}

/** "10 of 20 examples existed", when the dataset had fewer than were asked for; null otherwise, and while it is not known. */
export function shortfallOf(run: Evaluation): string | null {
  const asked = examplesOf(run)
  const total = run.progress?.total
  if (!run.is_hosted || asked === null || !total || settledOf(run)) return null
  const existing = total / (rolloutsOf(run) ?? 1)
  return Number.isInteger(existing) && existing < asked ? `${formatCount(existing)} of ${formatCount(asked)} examples existed` : null
}

/** How many rollouts the run will have in the end; null while unknown. */
export function expectedRollouts(run: Evaluation): number | null {
  if (run.progress?.total) return run.progress.total
  if (!isActive(run.status)) return run.total_samples
  const examples = examplesOf(run)
  const rollouts = rolloutsOf(run)
  return examples !== null && examples > 0 && rollouts ? examples * rollouts : null
}

/** A resumed run has stored samples that are to be run again, so its progress counts. */
export const doneRollouts = (run: Evaluation): number => run.progress?.done ?? run.total_samples

export const erroredRollouts = (run: Evaluation): number => run.progress?.errored ?? 0

/**
 * How many samples a run has, and how many with errors. Statistics of an active run may lag behind its row, from which everything else
 * on the page counts.
 */
export const countsOf = (run: Evaluation, statistics: RunStatistics): { samples: number; errored: number } =>
  isActive(run.status) && run.total_samples >= statistics.samples
    ? { samples: run.total_samples, errored: Math.max(statistics.errored, erroredRollouts(run)) }
    : { samples: statistics.samples, errored: statistics.errored }

/** Rollouts that an ended run could still do. */
export interface Unfinished {
  /** null when the run ended before it was known how many there are. */
  missing: number | null
  errored: number
}

/** What settled the run's answer before it had asked everything; null where nothing did. */
export const settledOf = ({ settling }: Evaluation): Settled | null => (settling?.kind === "settled" ? settling : null)

/** What is left to resume; null when nothing is, or when the run or its platform cannot resume. Of a run that is settled, what it did not ask. */
export function unfinishedOf(run: Evaluation): Unfinished | null {
  if (!run.is_hosted || isActive(run.status) || typeof run.attempt !== "number") return null
  const total = run.progress?.total ?? null
  const settled = settledOf(run)
  const asked = settled ? settled.of * (rolloutsOf(run) ?? 1) : total
  const missing = asked === null ? (run.status === "COMPLETED" ? 0 : null) : Math.max(0, asked - run.total_samples)
  const errored = erroredRollouts(run)
  return missing === 0 && errored === 0 ? null : { missing, errored }
}

/** Names of the one-off secrets that a run was launched with. */
export const secretNamesOf = (run: Evaluation): string[] => {
  const secrets = run.eval_config?.custom_secrets
  return typeof secrets === "object" && secrets !== null ? Object.keys(secrets) : []
}

/** What the run is doing, or how far it came, in a few words. */
export function phaseText(run: Evaluation): string {
  const total = expectedRollouts(run)
  const done = doneRollouts(run)
  const count =
    total !== null && (isActive(run.status) || done !== total)
      ? `${formatCount(done)} of ${formatCount(total)} rollouts`
      : `${formatCount(done)} ${done === 1 ? "rollout" : "rollouts"}`
  if (!isActive(run.status)) return done === 0 && total === null ? "no rollouts" : count
  if (run.status === "PROCESSING" || run.phase === "finishing") return "finishing"
  if (run.phase === "installing") return "installing environment"
  if (run.phase === "starting") return "starting"
  if (run.phase === "queued" || (run.status === "PENDING" && !run.phase))
    return run.waits_for ? `waiting: ${run.waits_for}` : run.phase_detail ? lowerFirst(run.phase_detail) : "waiting to start"
  return run.waits_for ? `${count}; ${run.waits_for}` : count
}

const lowerFirst = (text: string): string => (/^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text)

/** Whether a bar of finished rollouts is worth showing. */
export const hasProgress = (run: Evaluation): boolean =>
  isActive(run.status) && (run.phase === "running" || run.phase === "finishing" || doneRollouts(run) > 0)

/** Milliseconds from the start of the run to its end, or to now. Null before it started. */
export function elapsed(run: Evaluation, now: number): number | null {
  if (!run.started_at) return null
  const end = run.completed_at ? Date.parse(run.completed_at) : isActive(run.status) ? now : Date.parse(run.updated_at)
  return Math.max(0, end - Date.parse(run.started_at))
}

const sameStartMs = 1000

/** A run with the start of its first attempt, and what its attempts before the present one took, in milliseconds. */
export function withEarlier(run: Evaluation, attempts: readonly Attempt[]): { run: Evaluation; earlierMs: number } {
  const [first] = attempts
  if (!first) return { run, earlierMs: 0 }
  const since = run.started_at ? Date.parse(run.started_at) : Number.POSITIVE_INFINITY
  // Row and attempt note the same start one after the other.
  const before = attempts.filter(({ started_at }) => Date.parse(started_at) < since - sameStartMs)
  const earlierMs = before.reduce(
    (sum, { started_at, ended_at }) => sum + Math.max(0, (ended_at ? Date.parse(ended_at) : 0) - Date.parse(started_at)),
    0,
  )
  return { run: { ...run, started_at: first.started_at }, earlierMs }
}

interface StatusWords {
  label: string
  tone: "neutral" | "success" | "warning" | "danger" | "info" | "accent"
  sentence: string
}

export const statusWords: Record<EvaluationStatus, StatusWords> = {
  PENDING: { label: "Pending", tone: "neutral", sentence: "Waiting for a free slot. It starts by itself." },
  RUNNING: { label: "Running", tone: "info", sentence: "Running. Finished rollouts are stored as they come." },
  PROCESSING: { label: "Processing", tone: "info", sentence: "All rollouts are done; the results are being computed." },
  COMPLETED: { label: "Completed", tone: "success", sentence: "All rollouts are done." },
  FAILED: { label: "Failed", tone: "danger", sentence: "Something went wrong. The run's page says what, and what to do about it." },
  TIMEOUT: { label: "Timed out", tone: "danger", sentence: "Reached its time limit. Finished rollouts were kept." },
  CANCELLED: { label: "Stopped", tone: "warning", sentence: "It was stopped. Finished rollouts were kept." },
}

/** An upload without a request for a while: its status is RUNNING, but its client has probably stopped. */
const staleWords: StatusWords = {
  label: "Stale",
  tone: "warning",
  sentence: `This upload has made no request for ${limits.uploadStaleMinutes} minutes. The next one continues it; it can also be ended or deleted.`,
}

/** What to call a run's state; undefined when the platform is newer than this page and knows more. */
export const wordsOf = (run: Pick<Evaluation, "status" | "stale">): StatusWords | undefined =>
  run.stale ? staleWords : statusWords[run.status]

export const statuses = Object.keys(statusWords) as EvaluationStatus[]

/** Who plays an agent of a verifiers v1 run. */
export interface Harness {
  agent: string
  harness: string
  replaced: string | null
}

/** The harnesses that a run's metadata names; none for anything else. */
export const harnessesIn = (value: unknown): Harness[] =>
  (Array.isArray(value) ? value : []).flatMap((seat) =>
    typeof seat?.agent === "string" && typeof seat.harness === "string"
      ? [{ agent: seat.agent, harness: seat.harness, replaced: typeof seat.instead_of === "string" ? seat.instead_of : null }]
      : [],
  )

export const harnessesOf = (run: Evaluation): Harness[] => harnessesIn(run.metadata.harnesses)

/** An agent's harness, and the one that it replaces. */
export function harnessText({ agent, harness, replaced }: Harness): string {
  const place = replaced === "bash" ? ", chat only, instead of v1's default bash" : replaced ? `, instead of ${replaced}` : ""
  return `${agent}: ${harness}${place}`
}
