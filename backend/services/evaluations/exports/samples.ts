import { stringify } from "csv-stringify/sync"
import { exactText } from "../../../../contract/index.ts"
import { withoutFormula } from "../../../../contract/text/formula-text.ts"
import { listSamples } from "../../../store/samples/list-samples.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import type { Exporter } from "./exporter.ts"
import { type Cell, type Column, readBeside, sampleColumns } from "./sample-columns.ts"

const rowsPerRead = 1000

const previews: Column[] = [
  { name: "prompt", type: "text", of: (row) => row.promptPreview },
  { name: "completion", type: "text", of: (row) => row.completionPreview },
]

/** A table of all samples in the order of examples: one column per metric, and the beginnings of question and answer. */
export const exportSamples: Exporter = async (ctx, id) => {
  await requireEvaluation(ctx, id)
  const columns = [...(await sampleColumns(ctx.db, id)), ...previews]
  return (async function* () {
    yield toCsv([columns.map(({ name }) => name)])
    let after: string | null = null
    do {
      const page = await listSamples(ctx.db, id, { sort_by: "example", sort_order: "asc", after, limit: rowsPerRead })
      const beside = await readBeside(ctx.db, id, page.rows)
      yield toCsv(page.rows.map((row) => columns.map((column) => column.of(row, beside(row)))))
      after = page.next
    } while (after !== null)
  })()
}

/** Rows as RFC 4180 wants them; a line break of any kind is quoted. */
const toCsv = (rows: Cell[][]): string =>
  stringify(
    rows.map((row) => row.map((cell) => exactText(cell) ?? cell)),
    { record_delimiter: "windows", quoted_match: /[\r\n]/, cast: { string: withoutFormula } },
  )
