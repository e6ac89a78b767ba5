import type { Dispatcher } from "undici"
import { request } from "undici"
import type { ProviderFault } from "../../contract/index.ts"
import { cutText } from "../../contract/text/cut-text.ts"
import { toError } from "../base/errors.ts"
import { AddressRefused } from "../base/outside.ts"
import { fetchModels, ListRefused, type ServedModel } from "./fetch-models.ts"

const completionMaxMs = 60_000
const answerBytesMax = 1024 ** 2

export interface ProviderTrial {
  base_url: string
  key: string | null
  /** Asked for one short completion. */
  model: string | null
}

export interface ProviderFinding {
  fault: ProviderFault | null
  /** What was found, in a sentence. */
  message: string
  models: ServedModel[]
}

/** Asks an address for its models, and a model for a short completion, as a run would. @returns what fails, or that nothing does */
export async function tryProvider(trial: ProviderTrial, dispatcher: Dispatcher): Promise<ProviderFinding> {
  const host = new URL(trial.base_url).host
  const wrong = (fault: ProviderFault, message: string, models: ServedModel[] = []) => ({ fault, message, models })
  let models: ServedModel[] = []
  try {
    models = await fetchModels({
      id: "trial",
      name: host,
      base_url: trial.base_url,
      prefix: "",
      key: trial.key,
      prices: {},
      source: "person",
      owned: { id: "trial", revision: "", isLimited: false, typed: [], dispatcher },
    })
  } catch (error) {
    const found = whyNotListed(error, host, trial.key !== null)
    // A server without a list may still serve what is asked of it.
    if (!(trial.model && error instanceof ListRefused && [404, 405].includes(error.status))) return { ...found, models }
  }
  if (trial.model) {
    const refusal = await complete({ ...trial, model: trial.model }, dispatcher)
    return refusal === null
      ? { fault: null, message: `${host} works: ${trial.model} answered.`, models }
      : wrong("completion_failed", `${trial.model} could not be asked: ${refusal}`, models)
  }
  if (models.length === 0) return wrong("no_models", `${host} answers, but lists no models. Type the ids of those that it has.`)
  return { fault: null, message: `${host} works: it lists ${models.length === 1 ? "1 model" : `${models.length} models`}.`, models }
}

function whyNotListed(thrown: unknown, host: string, hasKey: boolean): { fault: ProviderFault; message: string } {
  if (thrown instanceof ListRefused) {
    const said = saidBy(thrown.body)
    if (thrown.status === 401 || thrown.status === 403)
      return {
        fault: "key_refused",
        message: hasKey ? `${host} refused the key (${thrown.status})${said}` : `${host} wants a key (${thrown.status})${said}`,
      }
    if (thrown.status === 404)
      return { fault: "not_compatible", message: `${host} has no list of models at this address (404). Most addresses end in /v1.` }
    return { fault: thrown.status >= 500 ? "unreachable" : "not_compatible", message: `${host} answered ${thrown.status}${said}` }
  }
  for (let at: unknown = thrown; at instanceof Error; at = at.cause)
    if (at instanceof AddressRefused) return { fault: "address_refused", message: at.message }
  const error = toError(thrown)
  if (error.name === "SyntaxError" || error.name === "ZodError" || error.name === "$ZodError")
    return { fault: "not_compatible", message: `${host} answered, but not with a list of models as OpenAI's API gives it.` }
  return { fault: "unreachable", message: whyUnreachable(error, host) }
}

function whyUnreachable(error: Error, host: string): string {
  const { code } = error as { code?: string }
  if (code === "ECONNREFUSED") return `Nothing listens at ${host}. Is the server running?`
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `There is no host ${host}.`
  if (error.name === "TimeoutError" || code?.startsWith("UND_ERR") || code === "ETIMEDOUT") return `${host} did not answer in time.`
  return `${host} could not be reached: ${error.message}`
}

/** What an error's body says, as the end of a sentence. */
function saidBy(body: string): string {
  let said: unknown
  try {
    const { error, detail, message } = JSON.parse(body) ?? {}
    said = typeof error === "string" ? error : (error?.message ?? detail ?? message)
  } catch {}
  return typeof said === "string" && said !== "" ? `: ${cutText(said, 300).replace(/\.?$/, ".")}` : "."
}

/** Asks for a short completion. @returns why there was none; null when there was */
async function complete({ base_url, key, model }: ProviderTrial & { model: string }, dispatcher: Dispatcher): Promise<string | null> {
  const ask = async (bound: object) => {
    const answer = await request(`${base_url.replace(/\/+$/, "")}/chat/completions`, {
      method: "POST",
      dispatcher,
      signal: AbortSignal.timeout(completionMaxMs),
      headers: { "content-type": "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) },
      body: JSON.stringify({ model, messages: [{ role: "user", content: "Say OK." }], ...bound }),
    })
    let text = ""
    for await (const chunk of answer.body) {
      text += String(chunk)
      if (text.length > answerBytesMax) throw new Error("the answer is larger than 1 MB")
    }
    return { status: answer.statusCode, text }
  }
  try {
    let answer = await ask({ max_tokens: 16 })
    // Models that reason refuse the older name.
    if (answer.status === 400) answer = await ask({ max_completion_tokens: 16 })
    if (answer.status !== 200) return `it answered ${answer.status}${saidBy(answer.text)}`
    const choices: unknown = JSON.parse(answer.text)?.choices
    return Array.isArray(choices) && choices[0]?.message ? null : "it answered, but not with a completion as OpenAI's API gives it."
  } catch (error) {
    if (error instanceof SyntaxError) return "it answered, but not with JSON."
    return whyUnreachable(toError(error), new URL(base_url).host)
  }
}
