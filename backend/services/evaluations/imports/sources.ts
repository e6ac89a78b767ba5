import { type CreateEvaluationRequest, type JsonObject, limits } from "../../../../contract/index.ts"
import { objectOf, textOf } from "../../../../contract/samples/row-values.ts"
import { ServiceError } from "../../../base/errors.ts"
import { LineLimitError, linesOf } from "../../../base/lines.ts"
import { rowOfInspectSample } from "./inspect-rows.ts"
import { type Archive, storableJson } from "./open-zip.ts"

/** What an archive holds: a run, and its rows of results one after the other. */
export interface Source {
  /** owner/name of the environment, or whatever the task is called. */
  task: string
  about: Partial<CreateEvaluationRequest>
  rows: () => AsyncIterable<{ row: JsonObject; bytes: number }>
}

/** Finds out what an archive is. @throws ServiceError for what is none of the formats that can be read */
export async function sourceOf(archive: Archive): Promise<Source> {
  if (archive.entries.has("header.json") || archive.entries.has("_journal/start.json")) return inspectLog(archive)
  const results = [...archive.entries.keys()].filter((name) => /(^|\/)results\.jsonl$/.test(name))
  if (results.length === 1) return resultsFolder(archive, results[0] as string)
  const what = "a folder with results.jsonl and metadata.json, or an Inspect log"
  if (results.length > 1) throw refused(`The archive holds ${results.length} runs; send each by itself: ${what}`)
  if ([...archive.entries.keys()].some((name) => /(^|\/)traces\.jsonl$/.test(name)))
    throw refused("The archive holds a run folder of verifiers v1: send its traces.jsonl with prime traces upload --episodes")
  throw refused(`The archive is nothing that can be read here, which is ${what}`)
}

const refused = (message: string) => new ServiceError("invalid", message, [{ path: [], message }])

async function inspectLog(archive: Archive): Promise<Source> {
  const isEnded = archive.entries.has("header.json")
  const started = objectOf(await archive.readJson(isEnded ? "header.json" : "_journal/start.json"))
  const header: JsonObject = isEnded ? started : { status: "started", ...started }
  const spec = objectOf(header.eval)
  const reductions = archive.entries.has("reductions.json") ? { reductions: await archive.readJson("reductions.json") } : {}
  const names = [...archive.entries.keys()].filter((name) => name.startsWith("samples/") && name.endsWith(".json"))
  if (names.some((name) => name.split("/").length > 2)) throw refused("The log holds samples in chunks, which cannot be read here yet")
  const task = textOf(spec.task) ?? "inspect"
  return {
    task,
    about: {
      name: `${task} (${textOf(spec.model) ?? "no model"})`,
      model_name: textOf(spec.model),
      framework: "inspect_ai",
      dataset: textOf(objectOf(spec.dataset).name) ?? task,
      tags: [...(Array.isArray(spec.tags) ? spec.tags : [])].filter((tag) => typeof tag === "string"),
      metadata: {
        inspect: { header, ...reductions },
        num_examples: objectOf(spec.dataset).samples,
        rollouts_per_example: objectOf(spec.config).epochs,
      },
    },
    async *rows() {
      for (const name of names) {
        const bytes = archive.entries.get(name)?.uncompressedSize ?? 0
        yield { row: rowOfInspectSample(objectOf(await archive.readJson(name))), bytes }
      }
    },
  }
}

async function resultsFolder(archive: Archive, results: string): Promise<Source> {
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
    async *rows() {
      for await (const { line, number } of lines(archive, results, limits.sampleBatchBytesMax)) {
        const text = Buffer.from(line).toString("utf8")
        yield { row: objectOf(storableJson(text, `Line ${number} of ${results}`)), bytes: line.length }
      }
    },
  }
}

/** The lines of a file. @throws ServiceError for one that is longer than it may be */
async function* lines(archive: Archive, name: string, bytesMax: number) {
  try {
    yield* linesOf(archive.read(name), bytesMax)
  } catch (error) {
    if (!(error instanceof LineLimitError)) throw error
    throw new ServiceError(
      "too_large",
      `Line ${error.number} of ${name} is longer than the ${bytesMax / 1024 ** 2} MiB that it may have here`,
    )
  }
}
