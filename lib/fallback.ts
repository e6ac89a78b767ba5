import type { z } from "zod"
import { failureWordings } from "@/contract/failures/classes.ts"
import { problemsInRow } from "@/contract/failures/sample-problems.ts"
import type {
  FailureClass,
  FindLogHitsResponse,
  GetSamplesResponse,
  JsonObject,
  ListErrorGroupsResponse,
  ListLogLinesResponse,
  ListRunSandboxesResponse,
  ListSampleSummariesResponse,
  LogLine,
  RolloutOutcome,
  RunStatistics,
  SampleDetail,
  SampleSummary,
} from "@/contract/index.ts"
import { runStatistics } from "@/contract/statistics.ts"
import { ApiError } from "./api/error.ts"
import { toSampleSummaries, toSampleSummary } from "./sample-summary.ts"

export interface SamplesQuery {
  after?: string
  since_seq?: number
  limit?: number
  outcome?: RolloutOutcome
  error_class?: FailureClass
  reward_min?: number
  reward_max?: number
  example_id?: string
  search?: string
  sort_by?: string
  sort_order?: "asc" | "desc"
}

export interface LogFilter {
  search?: string
  level?: LogLine["level"]
  stream?: LogLine["stream"]
}

export interface LogQuery extends LogFilter {
  from?: number
  limit?: number
  characters?: number
}

/** What the pages of one run read. */
export interface RunReads {
  summaries(query: SamplesQuery): Promise<ListSampleSummariesResponse>
  statistics(): Promise<RunStatistics>
  errorGroups(): Promise<ListErrorGroupsResponse>
  sample(sampleId: string): Promise<SampleDetail>
  logLines(query: LogQuery): Promise<ListLogLinesResponse>
  logHits(query: LogFilter & { from: number }): Promise<FindLogHitsResponse>
  sandboxes(): Promise<ListRunSandboxesResponse>
}

/** The same reads as the contract has them, and the two plain ones that every platform offers. */
export interface PlatformReads extends RunReads {
  samples(page: number, limit: number): Promise<z.infer<typeof GetSamplesResponse>>
  logText(): Promise<string>
}

const pageSize = 100
const pagesMax = 50
const keepMs = 5000

/** Extension endpoints that this platform turned out not to have. */
const missing = new Set<keyof RunReads>()

async function orElse<T>(read: keyof RunReads, first: () => Promise<T>, instead: () => Promise<T>): Promise<T> {
  if (missing.has(read)) return instead()
  try {
    return await first()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
    // Only when the plain read answers, it was the endpoint that is missing, not the run.
    const value = await instead().catch((second) => Promise.reject(second instanceof ApiError && second.status === 404 ? error : second))
    missing.add(read)
    return value
  }
}

/** Reads of a run that use the platform's extensions where it has them, and compute the same from raw samples and log text where not. */
export function runReads(evaluationId: string, platform: PlatformReads): RunReads {
  let kept: { at: number; rows: Promise<JsonObject[]> } | null = null
  const rows = () => {
    if (kept === null || Date.now() - kept.at > keepMs) kept = { at: Date.now(), rows: allSamples(platform) }
    return kept.rows
  }
  return {
    summaries: (query) =>
      orElse(
        "summaries",
        () => platform.summaries(query),
        async () => ({ evaluation_id: evaluationId, ...selectSummaries(toSampleSummaries(await rows()), query) }),
      ),
    statistics: () => orElse("statistics", platform.statistics, async () => statisticsOf(evaluationId, toSampleSummaries(await rows()))),
    errorGroups: () =>
      orElse("errorGroups", platform.errorGroups, async () => ({ evaluation_id: evaluationId, groups: groupErrors(await rows()) })),
    sample: (sampleId) =>
      orElse(
        "sample",
        () => platform.sample(sampleId),
        () => sampleAt(platform, sampleId),
      ),
    logLines: (query) =>
      orElse(
        "logLines",
        () => platform.logLines(query),
        async () => ({ evaluation_id: evaluationId, ...selectLogLines(toLogLines(await platform.logText()), query) }),
      ),
    logHits: (query) =>
      orElse(
        "logHits",
        () => platform.logHits(query),
        async () => {
          const { lines, total, next } = selectLogLines(toLogLines(await platform.logText()), { ...query, limit: Number.MAX_SAFE_INTEGER })
          return { evaluation_id: evaluationId, numbers: lines.map(({ n }) => n), total, next }
        },
      ),
    sandboxes: () =>
      orElse("sandboxes", platform.sandboxes, async () => ({
        evaluation_id: evaluationId,
        sandboxes: [],
        total: 0,
        active: 0,
        seconds: 0,
      })),
  }
}

const answers = (read: () => Promise<unknown>): Promise<boolean> =>
  read().then(
    () => true,
    () => false,
  )

async function allSamples(platform: PlatformReads): Promise<JsonObject[]> {
  const rows: JsonObject[] = []
  for (let page = 1; page <= pagesMax; page++) {
    const { samples, total } = await platform.samples(page, pageSize)
    rows.push(...samples)
    if (samples.length === 0 || rows.length >= total) break
  }
  return rows
}

async function sampleAt(platform: PlatformReads, sampleId: string): Promise<SampleDetail> {
  const position = Number(sampleId)
  // A platform that has summaries has samples too, and their ids are not positions: then the sample is what is missing.
  const known =
    Number.isInteger(position) && position >= 0 && (missing.has("summaries") || !(await answers(() => platform.summaries({ limit: 1 }))))
  if (!known) throw new ApiError(404, "There is no such sample")
  const { samples, total } = await platform.samples(Math.floor(position / pageSize) + 1, pageSize)
  const sample = samples[position % pageSize]
  if (!sample) throw new ApiError(404, "There is no such sample")
  return {
    summary: toSampleSummary(sample, position, 0),
    sample,
    problems: problemsInRow(sample),
    previous_id: position > 0 ? String(position - 1) : null,
    next_id: position + 1 < total ? String(position + 1) : null,
  }
}

/** Problems by cause as the platform groups them. Which settings the run had is not in its rows, so no fix is offered. */
export function groupErrors(rows: readonly JsonObject[]): ListErrorGroupsResponse["groups"] {
  const groups = new Map<FailureClass, ListErrorGroupsResponse["groups"][number]>()
  rows.forEach((row, position) => {
    const [first] = problemsInRow(row)
    if (!first) return
    const { title, explanation, advice } = failureWordings[first.class]
    const known = groups.get(first.class)
    if (known) known.samples++
    else
      groups.set(first.class, { class: first.class, title, explanation, advice, samples: 1, sample_id: String(position), first, fix: null })
  })
  return [...groups.values()].sort((a, b) => b.samples - a.samples)
}

function statisticsOf(evaluationId: string, summaries: SampleSummary[]): RunStatistics {
  const perExample = new Map<string, number>()
  for (const { example_id } of summaries) perExample.set(example_id, (perExample.get(example_id) ?? 0) + 1)
  return runStatistics(
    evaluationId,
    summaries.map(({ example_id, reward, metrics, outcome }) => ({
      example_id,
      reward,
      metrics,
      errored: outcome === "error",
      truncated: outcome === "truncated",
    })),
    Math.max(1, ...perExample.values()),
  )
}

const compareText = new Intl.Collator("en", { numeric: true }).compare

function sortKey(sample: SampleSummary, by: string): number {
  if (by === "reward") return sample.reward ?? Number.NEGATIVE_INFINITY
  if (by === "duration") return sample.duration_ms ?? Number.NEGATIVE_INFINITY
  if (by === "tokens") return sample.input_tokens === null ? Number.NEGATIVE_INFINITY : sample.input_tokens + (sample.output_tokens ?? 0)
  if (by.startsWith("metric:")) return sample.metrics[by.slice("metric:".length)] ?? Number.NEGATIVE_INFINITY
  return sample.seq
}

/** Filters, sorts and pages summaries as the platform would. */
export function selectSummaries(
  all: readonly SampleSummary[],
  query: SamplesQuery,
): Pick<ListSampleSummariesResponse, "samples" | "total" | "next"> {
  const {
    outcome,
    error_class,
    reward_min,
    reward_max,
    example_id,
    since_seq,
    sort_by = "example",
    sort_order = "asc",
    limit = 100,
  } = query
  const words = query.search?.toLowerCase()
  const found = all.filter(
    (sample) =>
      (outcome === undefined || sample.outcome === outcome) &&
      (error_class === undefined || sample.error_class === error_class) &&
      (reward_min === undefined || (sample.reward !== null && sample.reward >= reward_min)) &&
      (reward_max === undefined || (sample.reward !== null && sample.reward <= reward_max)) &&
      (example_id === undefined || sample.example_id === example_id) &&
      (since_seq === undefined || sample.seq > since_seq) &&
      (!words ||
        [sample.prompt_preview, sample.completion_preview, sample.error ?? "", sample.example_id].some((text) =>
          text.toLowerCase().includes(words),
        )),
  )
  const sign = sort_order === "desc" ? -1 : 1
  const before = (a: SampleSummary, b: SampleSummary) => {
    if (sort_by === "example") return compareText(a.example_id, b.example_id)
    const [left, right] = [sortKey(a, sort_by), sortKey(b, sort_by)]
    return left === right ? 0 : left - right
  }
  const sorted = found.sort((a, b) => sign * (before(a, b) || a.seq - b.seq))
  const from = Number(query.after ?? 0)
  const samples = sorted.slice(from, from + limit)
  return { samples, total: found.length, next: from + limit < found.length ? String(from + limit) : null }
}

const levels = ["debug", "info", "warning", "error"] as const

/** Lines of a log that came as text. Their times are unknown, which an empty `at` says. */
export function toLogLines(text: string): LogLine[] {
  const lines = text.replace(/\n$/, "").split("\n")
  return lines.map((line, n) => ({ n, at: "", stream: "log", level: levelOf(line), text: line }))
}

function levelOf(line: string): LogLine["level"] {
  const head = line.slice(0, 200)
  if (/\b(?:ERROR|CRITICAL|FATAL)\b|^\w*(?:Error|Exception):/.test(head)) return "error"
  if (/\bWARN(?:ING)?\b/.test(head)) return "warning"
  return /\bDEBUG\b/.test(head) ? "debug" : "info"
}

export function selectLogLines(all: readonly LogLine[], query: LogQuery): Pick<ListLogLinesResponse, "lines" | "total" | "next"> {
  const { from, limit = 1000, level = "debug", stream } = query
  const words = query.search?.toLowerCase()
  const found = all.filter(
    (line) =>
      levels.indexOf(line.level) >= levels.indexOf(level) &&
      (!stream || line.stream === stream) &&
      (!words || line.text.toLowerCase().includes(words)),
  )
  const lines = from === undefined ? found.slice(-limit) : found.filter((line) => line.n >= from).slice(0, limit)
  const last = lines.at(-1)
  return { lines, total: all.length, next: lines.length === limit && last ? last.n + 1 : all.length }
}
