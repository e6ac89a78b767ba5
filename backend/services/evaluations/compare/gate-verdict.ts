import { sentenceOf, verdictWords } from "../../../../contract/compare/words.ts"
import {
  type ComparedRun,
  type ComparedToBaseline,
  failingVerdicts,
  type GateQuery,
  type GateResponse,
  isTerminal,
} from "../../../../contract/index.ts"
import { formatInterval, formatScore } from "../../../../contract/text/score-text.ts"
import { invalid, ServiceError } from "../../../base/errors.ts"
import type { Context } from "../../context.ts"
import { compareEvaluations } from "./compare-evaluations.ts"

/**
 * Whether a run holds up against a baseline: the first and the second of the runs named.
 * @throws ServiceError for more than two runs, a word that is no verdict, or a run that has not ended, whose verdict may change
 */
export async function gateVerdict(ctx: Context, query: GateQuery): Promise<GateResponse> {
  const failOn = verdictsIn(query.fail_on)
  const compared = await compareEvaluations(ctx, query)
  const [baseline, run, ...others] = compared.runs as [ComparedRun, ComparedRun, ...ComparedRun[]]
  if (others.length > 0) throw invalid(["runs"], `must name two evaluations, the baseline first; these are ${compared.runs.length}`)
  const active = [baseline, run].find(({ status }) => !isTerminal(status))
  if (active)
    throw new ServiceError(
      "conflict",
      `The evaluation ${active.evaluation_id} has not ended: it is ${active.status}. Ask again when it has`,
    )
  const against = run.against_baseline as ComparedToBaseline
  const words = verdictWords(run, baseline, against, query.margin)
  return {
    passed: !failOn.includes(against.verdict),
    fail_on: failOn,
    verdict: against.verdict,
    sentence: sentenceOf(words),
    proof: words.proof,
    baseline,
    run,
    warnings: compared.warnings,
  }
}

function verdictsIn(text: string): GateResponse["fail_on"] {
  const named = text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean)
  for (const one of named)
    if (!failingVerdicts.some((verdict) => verdict === one))
      throw invalid(["fail_on"], `${JSON.stringify(one)} is none of ${failingVerdicts.join(", ")}`)
  return named as GateResponse["fail_on"]
}

/** The verdict as the log of a build shows it: the sentence first, then what it is made of. */
export function gateText({ passed, fail_on: failOn, sentence, proof, baseline, run, warnings }: GateResponse, publicUrl: string): string {
  const against = run.against_baseline as ComparedToBaseline
  const mean = (one: ComparedRun) =>
    `${formatScore(one.mean)}${one.interval95 ? ` (95 % interval ${formatInterval(one.interval95)})` : ""} over ${one.samples} rollouts of ${one.examples} examples`
  return [
    sentence,
    proof,
    `Gate: ${passed ? "passed" : "failed"}; it fails on ${failOn.join(", ") || "nothing"}.`,
    "",
    `baseline ${baseline.label}: ${mean(baseline)}`,
    `run      ${run.label}: ${mean(run)}`,
    `examples ${against.improved} improved, ${against.regressed} regressed, ${against.equal} the same, ${against.cannot_compare} cannot be compared`,
    ...warnings.map(({ text }) => `warning  ${text}`),
    `see      ${publicUrl}/dashboard/evaluations/compare?runs=${baseline.evaluation_id},${run.evaluation_id}`,
    "",
  ].join("\n")
}
