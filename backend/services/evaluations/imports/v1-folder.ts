import type { CreateEvaluationRequest, JsonObject } from "../../../../contract/index.ts"
import { isObject, listOf, objectOf, textOf } from "../../../../contract/samples/row-values.ts"
import type { ZipEntry } from "../../../base/zip.ts"
import { type Archive, archiveLines, storableJson, unreadable } from "./open-zip.ts"

/** The lines of a run folder's traces.jsonl, and its other files. */
export interface EpisodeSource {
  task: string
  about: Partial<CreateEvaluationRequest>
  format: "trace" | "episode"
  lines: () => AsyncGenerator<{ line: Uint8Array; number: number }>
  files: () => Generator<ZipEntry>
}

/**
 * A folder that verifiers v1 left of a run.
 * @param traces the name of its traces.jsonl
 */
export async function v1Folder(archive: Archive, traces: string): Promise<EpisodeSource> {
  const folder = traces.slice(0, -"traces.jsonl".length)
  const first = await firstLine(archive, traces)
  const config = await resolvedConfig(archive, folder)
  const trace = "traces" in first ? objectOf(listOf(first.traces)[0]) : first
  const env = objectOf(config.env)
  const task =
    textOf(objectOf(first.env).id) ?? textOf(objectOf(env.taskset).id) ?? textOf(env.id) ?? textOf(objectOf(trace.env).id) ?? "traces"
  const model = textOf(config.model) ?? textOf(objectOf(objectOf(trace.agent).config).model)
  return {
    task,
    about: {
      name: textOf(objectOf(config.run).name) ?? textOf(objectOf(first.run).name) ?? `${task} (${model ?? "no model"})`,
      model_name: model,
      framework: "verifiers",
      dataset: task,
      metadata: {
        ...(typeof config.num_rollouts === "number" ? { rollouts_per_example: config.num_rollouts } : {}),
        ...(isObject(config.sampling) ? { sampling_args: config.sampling } : {}),
      },
    },
    format: "traces" in first ? "episode" : "trace",
    lines: () => archiveLines(archive, traces),
    *files() {
      for (const [name, entry] of archive.entries)
        if (name.startsWith(folder) && name !== traces && !name.endsWith("/") && !isLink(entry.externalFileAttributes))
          yield { name: name.slice(folder.length), content: archive.read(name) }
    },
  }
}

/** What the archive has as a symbolic link, logs/latest for instance, is no file of its own. */
const isLink = (attributes: number): boolean => ((attributes >>> 16) & 0o170000) === 0o120000

async function firstLine(archive: Archive, traces: string): Promise<JsonObject> {
  for await (const { line, number } of archiveLines(archive, traces)) {
    const value = storableJson(line, `Line ${number} of ${traces}`)
    if (isObject(value)) return value as JsonObject
    break
  }
  throw unreadable(`${traces} holds no episode`)
}

async function resolvedConfig(archive: Archive, folder: string): Promise<JsonObject> {
  const name = [...archive.entries.keys()].filter((one) => one.startsWith(`${folder}configs/resolved/`) && one.endsWith(".json")).sort()[0]
  return name === undefined ? {} : objectOf(await archive.readJson(name))
}
