import { stringifyExact } from "../../../../contract/index.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import { eachSample } from "./each-sample.ts"
import type { Exporter } from "./exporter.ts"

/** Lines of `results.jsonl` as verifiers saves it: every sample that is stored by now, in the order of storing. */
export const exportResults: Exporter = async (ctx, id) => {
  const { evaluation } = await requireEvaluation(ctx, id)
  return (async function* () {
    for await (const sample of eachSample(ctx, evaluation)) yield `${stringifyExact(sample)}\n`
  })()
}
