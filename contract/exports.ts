/** A file that a run can be downloaded as. Without zod, so that the browser can import the table cheaply. */
interface ExportFormat {
  file: string
  /** What is in it, for the API's documentation. */
  summary: string
  /** What it is good for, for the download menu. */
  about: string
  contentType: string
  /** Whether it is for those who read the result elsewhere, and not for programs that go on with the samples. */
  publishes?: true
}

/** Export formats by operation. Each is written by the exporter of that name in backend/services/evaluations/exports. */
export const exportFormats = {
  exportResults: {
    file: "results.jsonl",
    summary: "All samples, one JSON object per line, as verifiers saves them",
    about: "Whole samples, one JSON object per line, as verifiers saves them.",
    contentType: "application/jsonl",
  },
  exportMetadata: {
    file: "metadata.json",
    summary: "Settings and averages of the run, as verifiers saves them beside results.jsonl",
    about: "Settings and averages of the run, for the same tools.",
    contentType: "application/json",
  },
  exportSamples: {
    file: "samples.csv",
    summary: "A table with one line per sample and one column per metric; of the conversation the beginnings",
    about: "A table with rewards and metrics, for spreadsheets and data frames.",
    contentType: "text/csv",
  },
  exportParquet: {
    file: "samples.parquet",
    summary: "The table of samples.csv as a Parquet file, with whole conversations as JSON text",
    about: "The same table with whole conversations, for pandas, DuckDB and datasets.",
    contentType: "application/vnd.apache.parquet",
  },
  exportFolder: {
    file: "run.zip",
    summary: "The folder that verifiers leaves of a run: results.jsonl and metadata.json, or for v1 traces.jsonl and the log",
    about: "The folder that verifiers leaves of a run, with everything in it.",
    contentType: "application/zip",
  },
  exportInspect: {
    file: "run.eval",
    summary: "A log of Inspect: a zip archive with a file for each sample",
    about: "A log of Inspect, for inspect view and read_eval_log.",
    contentType: "application/zip",
  },
  exportMarkdownTable: {
    file: "model-card.md",
    summary: "The result as a table in Markdown: model, environment, size, mean with its 95 % interval, pass@k, errors and cost",
    about: "The result as a table in Markdown, for a model card.",
    contentType: "text/markdown",
    publishes: true,
  },
  exportLatexTable: {
    file: "model-card.tex",
    summary: "The table of model-card.md in LaTeX",
    about: "The same table in LaTeX, for a paper.",
    contentType: "text/x-tex",
    publishes: true,
  },
  exportEvalResults: {
    file: "eval_results.yaml",
    summary: "The mean reward as an entry of .eval_results, from which Hugging Face shows results on the page of a model",
    about: "An entry of .eval_results, for the page of a model on Hugging Face.",
    contentType: "application/yaml",
    publishes: true,
  },
  exportEveryEvalEver: {
    file: "every-eval-ever.zip",
    summary: "The record of the run and its samples for the datastore of Every Eval Ever, at the paths that they have there",
    about: "Result and samples as records of Every Eval Ever, at their paths there.",
    contentType: "application/zip",
    publishes: true,
  },
} as const satisfies Record<string, ExportFormat>

export type ExportId = keyof typeof exportFormats
export const exportIds = Object.keys(exportFormats) as ExportId[]
export const exportFormatList: readonly ExportFormat[] = Object.values(exportFormats)
