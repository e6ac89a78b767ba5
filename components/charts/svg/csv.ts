import { stringify } from "csv-stringify/browser/esm/sync"
import { withoutFormula } from "@/contract/text/formula-text.ts"
import type { ChartTable } from "./charts.ts"

/** A table as RFC 4180 wants it, like samples.csv. */
export const csvText = ({ columns, rows }: ChartTable): string =>
  stringify([columns, ...rows], { record_delimiter: "windows", quoted_match: /[\r\n]/, cast: { string: withoutFormula } })
