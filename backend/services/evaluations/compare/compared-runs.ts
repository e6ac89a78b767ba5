import {
  type AlignedExamples,
  alignExamples,
  type CompareQuery,
  comparedMax,
  type ErrorReading,
  type RunExamples,
} from "../../../../contract/index.ts"
import { invalid } from "../../../base/errors.ts"
import { findBaseline } from "../../../store/evaluations/baselines.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import type { EvaluationWithContext } from "../../../store/evaluations/evaluations.ts"
import { readComparedExamples } from "../../../store/samples/compared-examples.ts"
import type { Context } from "../../context.ts"
import { keepByRun } from "../keep-by-run.ts"
import { requireEvaluation } from "../require-evaluation.ts"

export interface ComparedRuns {
  found: EvaluationWithContext[]
  examples: RunExamples[]
  aligned: AlignedExamples
}

/** Stands for the evaluation that is pinned for an environment. */
const baselineWord = "baseline"

const runsKept = 20
const examplesOf = keepByRun((ctx, row) => readComparedExamples(ctx.db, row), runsKept)

/** The runs that a query names, in its order, with their examples beside each other. @throws ServiceError that names the run it is about */
export async function readComparedRuns(ctx: Context, query: Pick<CompareQuery, "runs" | "errors">): Promise<ComparedRuns> {
  const found = await requireRuns(ctx, query.runs)
  const rows = found.map(({ evaluation }) => evaluation)
  return { found, ...(await alignRuns(ctx, rows, query.errors)) }
}

/** The examples of any runs, and these beside each other. */
export async function alignRuns(ctx: Context, rows: readonly EvaluationRecord[], errors: ErrorReading) {
  const examples = await Promise.all(rows.map((row) => examplesOf(ctx, row)))
  return { examples, aligned: keepAligned(examples, errors) }
}

const comparisonsKept = 10
const comparisons: { examples: RunExamples[]; errors: ErrorReading; aligned: AlignedExamples }[] = []

/** Brings examples together, or finds that these were lately: a page asks for one comparison many times. */
function keepAligned(examples: RunExamples[], errors: ErrorReading): AlignedExamples {
  const known = comparisons.find(
    (one) => one.errors === errors && one.examples.length === examples.length && one.examples.every((own, i) => own === examples[i]),
  )
  if (known) return known.aligned
  const aligned = alignExamples(examples, errors)
  comparisons.unshift({ examples, errors, aligned })
  comparisons.splice(comparisonsKept)
  return aligned
}

async function requireRuns(ctx: Context, runs: string): Promise<EvaluationWithContext[]> {
  const named = runs
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean)
  if (named.length < 2 || named.length > comparedMax)
    throw invalid(["runs"], `must name 2 to ${comparedMax} evaluations, joined by commas; these are ${named.length}`)
  const other = named.find((one) => one !== baselineWord)
  if (other === undefined) throw invalid(["runs"], `must name an evaluation beside ${baselineWord}`)
  const ids = named.includes(baselineWord) ? await withBaseline(ctx, named, other) : named
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) throw invalid(["runs"], `names ${twice} twice: a run cannot be compared with itself`)
  return Promise.all(ids.map((id) => requireEvaluation(ctx, id)))
}

/** The names with the pinned evaluation of an environment in the place of the word for it. */
async function withBaseline(ctx: Context, named: readonly string[], other: string): Promise<string[]> {
  const { evaluation } = await requireEvaluation(ctx, other)
  const [environment] = evaluation.environments
  const pinned = evaluation.environmentId && (await findBaseline(ctx.db, ctx.viewer, evaluation.environmentId))
  if (!pinned)
    throw invalid(
      ["runs"],
      `no baseline is pinned for ${environment ? `${environment.owner}/${environment.name}` : "an evaluation without an environment"}, or you may not see it`,
    )
  return named.map((one) => (one === baselineWord ? pinned.id : one))
}
