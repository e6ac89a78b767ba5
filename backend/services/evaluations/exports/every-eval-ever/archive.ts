import { createHash } from "node:crypto"
import { type JsonObject, stringifyExact } from "../../../../../contract/index.ts"
import { type ZipEntry, zipStream } from "../../../../base/zip.ts"
import type { Context } from "../../../context.ts"
import { eachWholeSample } from "../each-sample.ts"
import type { Exporter } from "../exporter.ts"
import { printable, type RunResult, readResult, wholeText } from "../read-result.ts"
import { toInstance } from "./instance.ts"
import { type Identity, identityOf, texts, toRecord } from "./record.ts"

/**
 * A run for the datastore of Every Eval Ever: `data/ENVIRONMENT/DEVELOPER/MODEL/UUID.json` and `UUID_samples.jsonl` beside it, as a zip
 * archive to be unpacked there. A run has one UUID, however often it is exported.
 */
export const exportEveryEvalEver: Exporter = async (ctx, id) => {
  const result = await readResult(ctx, id)
  return zipStream(entries(ctx, result, identityOf(result, new Date())))
}

interface Written {
  lines: number
  hash: ReturnType<typeof createHash>
  withoutReward: number
}

async function* entries(ctx: Context, result: RunResult, identity: Identity): AsyncGenerator<ZipEntry> {
  const stem = `${folderOf(identity)}/${uuidOf(result.run.evaluation_id)}`
  const name = `${stem}_samples.jsonl`
  const written: Written = { lines: 0, hash: createHash("sha256"), withoutReward: 0 }
  // The record tells how many lines there are, so it comes after them; and a file without a line is not allowed.
  if (result.statistics.reward) yield { name, content: lines(ctx, result, identity, written) }
  const samples: JsonObject | null = result.statistics.reward && {
    format: "jsonl",
    file_path: name,
    hash_algorithm: "sha256",
    checksum: written.hash.digest("hex"),
    total_rows: written.lines,
    additional_details: texts({ left_out_without_a_reward: written.withoutReward }),
  }
  yield { name: `${stem}.json`, content: wholeText(stringifyExact(toRecord(result, identity, samples))) }
}

async function* lines(ctx: Context, { row, statistics }: RunResult, identity: Identity, written: Written): AsyncGenerator<string> {
  for await (const sample of eachWholeSample(ctx, row)) {
    const instance = toInstance(sample, identity, statistics.pass_threshold)
    if (!instance) {
      written.withoutReward++
      continue
    }
    const line = `${printable(stringifyExact(instance))}\n`
    written.lines++
    written.hash.update(line)
    yield line
  }
}

/** What no path of the datastore may have in a name. */
const unusable = /[<>:"\\|?*\p{Cc}/]/gu
const reserved = /^(con|prn|aux|nul|com\d|lpt\d|data)(\.|$)/i

/** A name as one part of a path. */
function part(name: string): string {
  const clean = name.replace(unusable, "_").replace(/[. ]+$/, "_")
  return reserved.test(clean) ? `_${clean}` : clean || "unknown"
}

/** Where the datastore has a model's records of an environment. The developer is what stands before the first slash of the model's id. */
function folderOf({ evaluation, modelId }: Identity): string {
  const slash = modelId.indexOf("/")
  const [developer, model] = slash < 0 ? ["unknown", modelId] : [modelId.slice(0, slash), modelId.slice(slash + 1)]
  return `data/${part(evaluation)}/${part(developer)}/${part(model)}`
}

/** A UUID that looks random (version 4) and is always the same for a run. */
function uuidOf(id: string): string {
  const bytes = createHash("sha256").update(`every-eval-ever ${id}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}
