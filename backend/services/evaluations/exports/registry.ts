import type { ExportId } from "../../../../contract/index.ts"
import { exportEvalResults } from "./eval-results.ts"
import { exportEveryEvalEver } from "./every-eval-ever/archive.ts"
import type { Exporter } from "./exporter.ts"
import { exportFolder } from "./folder.ts"
import { exportInspect } from "./inspect/log.ts"
import { exportMetadata } from "./metadata.ts"
import { exportLatexTable, exportMarkdownTable } from "./model-card.ts"
import { exportParquet } from "./parquet.ts"
import { exportResults } from "./results.ts"
import { exportSamples } from "./samples.ts"

/** What writes each export format of the contract. */
export const exporters: Record<ExportId, Exporter> = {
  exportResults,
  exportMetadata,
  exportSamples,
  exportParquet,
  exportFolder,
  exportInspect,
  exportMarkdownTable,
  exportLatexTable,
  exportEvalResults,
  exportEveryEvalEver,
}
