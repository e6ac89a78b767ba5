import { problemWords } from "@/contract/failures/sample-problems.ts"
import type { SampleProblem, SampleSummary } from "@/contract/index.ts"
import { finiteNumber } from "@/contract/samples/row-values.ts"
import { shortText } from "@/contract/text/cut-text.ts"
import { formatScore } from "@/lib/format.ts"
import type { Score } from "./scores.ts"

const namedMax = 4
const errorMax = 160

/** What a part of the reward came to: rubrics mostly say 1 for passed and 0 for failed. */
function partWords({ name, value }: Score): string {
  const number = finiteNumber(value)
  return number === 1 ? `${name} passed` : number === 0 ? `${name} failed` : `${name} ${formatScore(number)}`
}

/** What a sample says: its reward, and how the parts came out that the reward is known to be made of. */
export function sampleSentence(
  summary: SampleSummary,
  scores: readonly Score[],
  problems: readonly SampleProblem[],
): { lead: string; rest: string | null } {
  if (summary.outcome === "error") {
    const [problem] = problems
    const said = problem ? problemWords(problem).title : summary.error?.split("\n")[0]
    return { lead: "Error.", rest: said ? shortText(said, errorMax) : null }
  }
  const counted = scores
    .filter(({ weight }) => weight !== null && weight !== 0)
    .sort((a, b) => Math.abs(b.weight ?? 0) - Math.abs(a.weight ?? 0))
  const words = counted.slice(0, namedMax).map(partWords)
  if (counted.length > namedMax) words.push(`${counted.length - namedMax} more`)
  if (summary.outcome === "truncated") words.push("cut off by a limit")
  return {
    lead: summary.reward === null ? "No reward." : formatScore(summary.reward),
    rest: words.length > 0 ? `${words.join(", ")}.` : null,
  }
}
