import { asRunTags, type CreateEvaluationRequest, type JsonObject } from "../../../../contract/index.ts"
import { objectOf, textOf } from "../../../../contract/samples/row-values.ts"
import type { ZipEntry } from "../../../base/zip.ts"
import { type KeepNode, largeRowBytes, largeSamples } from "./inspect-large.ts"
import { rowOfInspectSample } from "./inspect-rows.ts"
import { type Archive, archiveLines, storableJson, unreadable } from "./open-zip.ts"
import { type EpisodeSource, v1Folder } from "./v1-folder.ts"

/** What an archive holds: a run, and its rows of results one after the other. */
export interface RowSource {
  /** owner/name of the environment, or whatever the task is called. */
  task: string
  about: Partial<CreateEvaluationRequest>
  rows: (keep: KeepNode) => AsyncIterable<{ row: JsonObject; bytes: number }>
  /** Files that are kept as they are; null where there are none. */
  files: (() => Iterable<ZipEntry>) | null
}

export type Source = RowSource | EpisodeSource

/** Finds out what an archive is. @throws ServiceError for what is none of the formats that can be read */
export async function sourceOf(archive: Archive): Promise<Source> {
  if (archive.entries.has("header.json") || archive.entries.has("_journal/start.json")) return inspectLog(archive)
  const runs = [...archive.entries.keys()].filter((name) => /(^|\/)(results|traces)\.jsonl$/.test(name))
  const [run] = runs
  const what = "a folder with results.jsonl and metadata.json, one with traces.jsonl, or an Inspect log"
  if (run === undefined) throw unreadable(`The archive is nothing that can be read here, which is ${what}`)
  if (runs.length > 1) throw unreadable(`The archive holds ${runs.length} runs; send each by itself: ${what}`)
  return run.endsWith("traces.jsonl") ? v1Folder(archive, run) : resultsFolder(archive, run)
}

/** A larger file is kept beside the run instead of in its metadata. */
const reductionsBytesMax = 256 * 1024

async function inspectLog(archive: Archive): Promise<RowSource> {
  const isEnded = archive.entries.has("header.json")
  const started = objectOf(await archive.readJson(isEnded ? "header.json" : "_journal/start.json"))
  const header: JsonObject = isEnded ? started : { status: "started", ...started }
  const spec = objectOf(header.eval)
  const keptReductions = (archive.entries.get("reductions.json")?.uncompressedSize ?? 0) > reductionsBytesMax
  const reductions =
    archive.entries.has("reductions.json") && !keptReductions ? { reductions: await archive.readJson("reductions.json") } : {}
  const large = largeSamples(archive)
  const apart = new Set([...large.values()].flatMap(({ files }) => files))
  const kept = [...apart, ...(keptReductions ? ["reductions.json"] : [])]
  const names = [...archive.entries.keys()].filter(
    (name) => name.startsWith("samples/") && name.endsWith(".json") && (large.has(name) || !apart.has(name)),
  )
  const task = textOf(spec.task) ?? "inspect"
  return {
    task,
    about: {
      name: `${task} (${textOf(spec.model) ?? "no model"})`,
      model_name: textOf(spec.model),
      framework: "inspect_ai",
      dataset: textOf(objectOf(spec.dataset).name) ?? task,
      tags: asRunTags((Array.isArray(spec.tags) ? spec.tags : []).filter((tag) => typeof tag === "string")),
      metadata: {
        inspect: { header, ...reductions },
        num_examples: objectOf(spec.dataset).samples,
        rollouts_per_example: objectOf(spec.config).epochs,
      },
    },
    files: kept.length === 0 ? null : () => kept.map((name) => ({ name, content: archive.read(name) })),
    async *rows(keep) {
      for (const name of names) {
        const own = large.get(name)
        if (own) yield { row: await own.row(keep), bytes: largeRowBytes }
        else {
          const bytes = archive.entries.get(name)?.uncompressedSize ?? 0
          yield { row: rowOfInspectSample(objectOf(await archive.readJson(name))), bytes }
        }
      }
    },
  }
}

async function resultsFolder(archive: Archive, results: string): Promise<RowSource> {
  const metadataName = results.replace(/results\.jsonl$/, "metadata.json")
  const metadata = archive.entries.has(metadataName) ? objectOf(await archive.readJson(metadataName)) : {}
  const task = textOf(metadata.env_id) ?? textOf(metadata.env) ?? "results"
  return {
    task,
    about: {
      name: `${task} (${textOf(metadata.model) ?? "no model"})`,
      model_name: textOf(metadata.model),
      framework: "verifiers",
      dataset: task,
      metadata,
    },
    files: null,
    async *rows() {
      for await (const { line, number } of archiveLines(archive, results)) {
        yield { row: objectOf(storableJson(line, `Line ${number} of ${results}`)), bytes: line.length }
      }
    },
  }
}
