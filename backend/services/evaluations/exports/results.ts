import { stringifyExact } from "../../../../contract/index.ts"
import { listSampleBodiesAfter } from "../../../store/samples/sample-bodies.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import type { Exporter } from "./exporter.ts"

/** Whole samples may be megabytes each, so few are read at once. */
const bodiesPerRead = 20

/** Lines of `results.jsonl` as verifiers saves it: every sample that is stored by now, in the order of storing. */
export const exportResults: Exporter = async (ctx, id) => {
  const { evaluation } = await requireEvaluation(ctx, id)
  return (async function* () {
    for (let after = 0, left = evaluation.samplesDone; left > 0; ) {
      const rows = await listSampleBodiesAfter(ctx.db, id, after, Math.min(bodiesPerRead, left))
      for (const { body } of rows) yield `${stringifyExact(body)}\n`
      if (rows.length === 0) return
      after = rows.at(-1)?.seq ?? after
      left -= rows.length
    }
  })()
}
