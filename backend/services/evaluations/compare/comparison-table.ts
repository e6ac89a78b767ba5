import type { CompareTableQuery } from "../../../../contract/index.ts"
import { cardTable } from "../../../../contract/report/card-table.ts"
import { latexTable, markdownTable } from "../../../../contract/report/write-table.ts"
import type { Context } from "../../context.ts"
import { readResult } from "../exports/read-result.ts"
import { compareEvaluations } from "./compare-evaluations.ts"

const meanings = {
  zero: "The means are of the reward over all rollouts, those with an error as 0.",
  excluded: "The means are of the reward over the rollouts without an error.",
}

/** Compared runs as a table for a model card or a paper, a row each. @throws ServiceError as the comparison does */
export async function comparisonTable(ctx: Context, query: CompareTableQuery): Promise<string> {
  const { runs } = await compareEvaluations(ctx, query)
  const rows = await Promise.all(
    runs.map(async ({ evaluation_id: id, mean, interval95 }) => {
      const { run, statistics } = await readResult(ctx, id)
      return { run, statistics, mean, interval95 }
    }),
  )
  return (query.format === "latex" ? latexTable : markdownTable)(cardTable(rows, meanings[query.errors]))
}
