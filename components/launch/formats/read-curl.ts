import { runField } from "@/contract/run-config.ts"
import { describeMistake, readJson } from "@/lib/json-text.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { noMeaning, type Reading, toReadRun } from "./read-run.ts"

/** @param words a curl command */
export function readCurl(words: readonly string[]): Reading {
  const at = words.findIndex((word) => /^(-d|--data|--data-raw|--data-binary|--json)$/.test(word))
  const body = at < 0 ? null : readJson(words[at + 1] ?? "")
  if (body === null) return { ok: false, message: "This curl command sends no JSON body (-d)." }
  if (!body.ok) return { ok: false, message: `The JSON body cannot be read. ${describeMistake(body)}` }
  const request = isPlainObject(body.value) ? body.value : {}
  const { eval_config: config, environment_ids: ids, inference_model, name } = request
  if (!isPlainObject(config)) return { ok: false, message: "The JSON body is no request for a hosted evaluation: it has no eval_config." }
  const environments = Array.isArray(ids) ? ids.map(String) : []
  const notes = environments.length > 1 ? ["It starts several environments; this form starts only its own."] : []
  const settings = Object.entries({ ...config, inference_model, name }).flatMap(([key, value]) => {
    const field = runField(key)
    if (!field && value !== null) notes.push(noMeaning(key))
    return field ? [{ field, name: key, value }] : []
  })
  return { ok: true, runs: [toReadRun(environments[0], settings, {}, notes)] }
}
