import { type CardTable, cardRun, cardTable, pageMeaning } from "../../../../contract/report/card-table.ts"
import { latexTable, markdownTable } from "../../../../contract/report/write-table.ts"
import type { Exporter } from "./exporter.ts"
import { readResult, wholeText } from "./read-result.ts"

const tableWith =
  (write: (table: CardTable) => string): Exporter =>
  async (ctx, id) => {
    const { run, statistics } = await readResult(ctx, id)
    return wholeText(write(cardTable([cardRun(run, statistics)], pageMeaning)))
  }

/** The result as a table for a model card. */
export const exportMarkdownTable = tableWith(markdownTable)

/** The same table for a paper. */
export const exportLatexTable = tableWith(latexTable)
