import type { CreateHostedEvaluationRequest, EnvironmentDetail } from "@/contract/index.ts"
import { limits, secretNamePattern } from "@/contract/limits.ts"
import type { FieldProblem } from "@/lib/api/error.ts"
import { describeMistake, isPlainObject, readJsonObject } from "@/lib/json-text.ts"
import {
  type ArgumentsDraft,
  argumentProblems,
  argumentsFrom,
  argumentValues,
  type DeclaredArguments,
  refitArguments,
} from "./launch-arguments.ts"

/** One row of the one-off secrets. `id` only tells rows apart. */
export interface SecretDraft {
  id: number
  name: string
  value: string
}

/** Everything the launch form asks for, as typed: numbers are text until the run is started. */
export interface LaunchDraft {
  name: string
  numExamples: string
  rolloutsPerExample: string
  args: ArgumentsDraft
  temperature: string
  maxTokens: string
  samplingJson: string
  allowSandboxAccess: boolean
  allowInstancesAccess: boolean
  allowTunnelAccess: boolean
  timeoutMinutes: string
  maxConcurrent: string
  maxRetries: string
  maxCostUsd: string
  maxTotalTokens: string
  independentScoring: boolean
  verbose: boolean
  stateColumns: string
  extraEnvKwargs: string
  apiBaseUrl: string
  apiKeyVar: string
  apiClientType: string
  headers: string
  /** What an exception in one rollout does: its error is recorded and the run goes on, or the run ends. */
  onRolloutException: string
  secrets: SecretDraft[]
}

/** What the form must know about the environment. */
export type LaunchTarget = Pick<EnvironmentDetail, "id" | "name" | "owner" | "arguments" | "dataset_size" | "eval_defaults">

export interface DraftProblem {
  /** A key of the draft, `args.<name>`, `secrets.<id>.name`, `secrets.<id>.value`, `model`, or "" for the form as a whole. */
  field: string
  message: string
}

const examplesDefault = 5
const rolloutsDefault = 3

export const clientTypes = ["openai_chat_completions", "openai_completions", "openai_responses", "anthropic_messages"] as const

/** Each rule is one sentence: the hint at the field before, and the message at the field after a mistake. */
export const rules = {
  name: `At most ${limits.nameCharactersMax} characters.`,
  numExamples: "A whole number of at least 1, or −1 for all examples.",
  rolloutsPerExample: `A whole number from ${limits.rolloutsMin} to ${limits.rolloutsMax}.`,
  temperature: "A number of at least 0.",
  maxTokens: "A whole number of at least 1.",
  timeoutMinutes: `A whole number from ${limits.timeoutMinutesMin} to ${limits.timeoutMinutesMax}.`,
  maxConcurrent: `A whole number of at least ${limits.maxConcurrentMin}.`,
  maxRetries: `A whole number of at least ${limits.maxRetriesMin}.`,
  maxCostUsd: `US dollars: a number above 0, at most ${limits.budgetUsdMax.toLocaleString("en-US")}.`,
  maxTotalTokens: "A whole number of at least 1.",
  apiBaseUrl: "An address that starts with http:// or https://.",
  apiKeyVar: "The name of one of the one-off secrets of this run.",
  headers: "One header per line, written Name: value.",
  secretName: "Upper-case letters, digits and _, starting with a letter.",
  secretValue: `A value of at most ${limits.secretValueBytesMax / 1024} KiB; remove the row if there is none.`,
  secrets: `At most ${limits.secretsMax} secrets, each name once.`,
} as const

export const declaredArguments = (target: LaunchTarget): DeclaredArguments => target.arguments ?? null

export function emptyDraft(target: LaunchTarget): LaunchDraft {
  return {
    name: "",
    numExamples: String(target.eval_defaults?.num_examples ?? examplesDefault),
    rolloutsPerExample: String(target.eval_defaults?.rollouts_per_example ?? rolloutsDefault),
    args: argumentsFrom(declaredArguments(target), {}),
    temperature: "",
    maxTokens: "",
    samplingJson: "",
    allowSandboxAccess: false,
    allowInstancesAccess: false,
    allowTunnelAccess: false,
    timeoutMinutes: String(limits.timeoutMinutesDefault),
    maxConcurrent: String(limits.maxConcurrentDefault),
    maxRetries: String(limits.maxRetriesDefault),
    maxCostUsd: "",
    maxTotalTokens: "",
    independentScoring: false,
    verbose: false,
    stateColumns: "",
    extraEnvKwargs: "",
    apiBaseUrl: "",
    apiKeyVar: "",
    apiClientType: "",
    headers: "",
    onRolloutException: "record",
    secrets: [],
  }
}

const whole = (text: string, min: number, max: number = Number.MAX_SAFE_INTEGER): number | null => {
  const value = Number(text.trim().replace("−", "-"))
  return /^[-−+]?\d+$/.test(text.trim()) && value >= min && value <= max ? value : null
}

/** A number that is written out, without an exponent, and not below zero. */
const decimal = (text: string): number | null => {
  const value = Number(text)
  return /^\+?(\d+\.?\d*|\.\d+)$/.test(text) && Number.isFinite(value) ? value : null
}

const wholeOr = (text: string, fallback: number, min: number, max?: number): number | null =>
  text.trim() === "" ? fallback : whole(text, min, max)

const examplesOf = (draft: LaunchDraft): number | null => {
  const value = whole(draft.numExamples, limits.examplesMin, limits.examplesMax)
  return value === 0 ? null : value
}
const rolloutsOf = (draft: LaunchDraft) => whole(draft.rolloutsPerExample, limits.rolloutsMin, limits.rolloutsMax)
const timeoutOf = (draft: LaunchDraft) =>
  wholeOr(draft.timeoutMinutes, limits.timeoutMinutesDefault, limits.timeoutMinutesMin, limits.timeoutMinutesMax)
const concurrencyOf = (draft: LaunchDraft) => wholeOr(draft.maxConcurrent, limits.maxConcurrentDefault, limits.maxConcurrentMin)
const retriesOf = (draft: LaunchDraft) => wholeOr(draft.maxRetries, limits.maxRetriesDefault, limits.maxRetriesMin)
const maxCostOf = (draft: LaunchDraft): number | null => {
  const value = decimal(draft.maxCostUsd.trim().replace(/^\$/, ""))
  return value !== null && value > 0 && value <= limits.budgetUsdMax ? value : null
}
const maxTotalTokensOf = (draft: LaunchDraft) => whole(draft.maxTotalTokens.replaceAll(",", ""), 1)
const maxTokensOf = (draft: LaunchDraft) => whole(draft.maxTokens, 1)
const temperatureOf = (draft: LaunchDraft) => decimal(draft.temperature.trim())

const linesOf = (text: string, separator: RegExp): string[] =>
  text
    .split(separator)
    .map((line) => line.trim())
    .filter((line) => line !== "")
const headersOf = (draft: LaunchDraft) => linesOf(draft.headers, /\r?\n/)
const stateColumnsOf = (draft: LaunchDraft) => linesOf(draft.stateColumns, /[,\n]/)
const isHeader = (line: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*$/.test(line)
const isWebAddress = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
const bytes = (text: string) => new TextEncoder().encode(text).length
const secretsOf = (draft: LaunchDraft) => draft.secrets.filter((secret) => secret.name.trim() !== "" || secret.value !== "")
const objectOf = (text: string): Record<string, unknown> => {
  const reading = readJsonObject(text)
  return reading.ok ? reading.value : {}
}

/** Explicit fields win over the same names in the JSON. */
function samplingOf(draft: LaunchDraft): Record<string, unknown> {
  const temperature = temperatureOf(draft)
  const maxTokens = maxTokensOf(draft)
  return {
    ...objectOf(draft.samplingJson),
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
  }
}

/** Everything that is wrong, in the order of the form. */
export function checkDraft(draft: LaunchDraft, target: LaunchTarget): DraftProblem[] {
  const problems: DraftProblem[] = []
  const check = (field: string, isRight: boolean, message: string) => {
    if (!isRight) problems.push({ field, message })
  }
  const checkJson = (field: keyof LaunchDraft, text: string) => {
    const reading = readJsonObject(text)
    if (!reading.ok) problems.push({ field, message: describeMistake(reading) })
  }
  check("numExamples", examplesOf(draft) !== null, rules.numExamples)
  check("rolloutsPerExample", rolloutsOf(draft) !== null, rules.rolloutsPerExample)
  for (const { name, message } of argumentProblems(declaredArguments(target), draft.args))
    problems.push({ field: name === null ? "args" : `args.${name}`, message })
  check("name", draft.name.trim().length <= limits.nameCharactersMax, rules.name)
  check("temperature", draft.temperature.trim() === "" || temperatureOf(draft) !== null, rules.temperature)
  check("maxTokens", draft.maxTokens.trim() === "" || maxTokensOf(draft) !== null, rules.maxTokens)
  checkJson("samplingJson", draft.samplingJson)
  check("timeoutMinutes", timeoutOf(draft) !== null, rules.timeoutMinutes)
  check("maxConcurrent", concurrencyOf(draft) !== null, rules.maxConcurrent)
  check("maxRetries", retriesOf(draft) !== null, rules.maxRetries)
  check("maxCostUsd", draft.maxCostUsd.trim() === "" || maxCostOf(draft) !== null, rules.maxCostUsd)
  check("maxTotalTokens", draft.maxTotalTokens.trim() === "" || maxTotalTokensOf(draft) !== null, rules.maxTotalTokens)
  checkJson("extraEnvKwargs", draft.extraEnvKwargs)
  check("apiBaseUrl", draft.apiBaseUrl.trim() === "" || isWebAddress(draft.apiBaseUrl.trim()), rules.apiBaseUrl)
  const keyVar = draft.apiKeyVar.trim()
  check("apiKeyVar", keyVar === "" || draft.secrets.some((secret) => secret.name.trim() === keyVar), rules.apiKeyVar)
  check("headers", headersOf(draft).every(isHeader), rules.headers)
  problems.push(...checkSecrets(draft))
  return problems
}

function checkSecrets(draft: LaunchDraft): DraftProblem[] {
  const secrets = secretsOf(draft)
  const problems: DraftProblem[] = secrets.length > limits.secretsMax ? [{ field: "secrets", message: rules.secrets }] : []
  const seen = new Set<string>()
  for (const { id, name, value } of secrets) {
    const trimmed = name.trim()
    if (!secretNamePattern.test(trimmed) || trimmed.length > limits.secretNameCharactersMax)
      problems.push({ field: `secrets.${id}.name`, message: rules.secretName })
    else if (seen.has(trimmed)) problems.push({ field: `secrets.${id}.name`, message: `${trimmed} stands twice.` })
    if (value === "" || bytes(value) > limits.secretValueBytesMax)
      problems.push({ field: `secrets.${id}.value`, message: rules.secretValue })
    seen.add(trimmed)
  }
  return problems
}

/** The request of a draft without problems. Every field of the draft is in it. */
export function toRequest(draft: LaunchDraft, target: LaunchTarget, model: string, idempotencyKey?: string): CreateHostedEvaluationRequest {
  const values = argumentValues(declaredArguments(target), draft.args)
  const optional = <T>(value: T, isGiven: boolean): T | undefined => (isGiven ? value : undefined)
  const filled = (object: Record<string, unknown>) => optional(object, Object.keys(object).length > 0)
  const text = (value: string) => optional(value.trim(), value.trim() !== "")
  const secrets = Object.fromEntries(secretsOf(draft).map(({ name, value }) => [name.trim(), value]))
  return {
    environment_ids: [target.id],
    inference_model: model,
    name: text(draft.name),
    idempotency_key: idempotencyKey,
    eval_config: {
      num_examples: examplesOf(draft) ?? examplesDefault,
      rollouts_per_example: rolloutsOf(draft) ?? rolloutsDefault,
      env_args: filled(values),
      sampling_args: filled(samplingOf(draft)),
      allow_sandbox_access: draft.allowSandboxAccess,
      allow_instances_access: draft.allowInstancesAccess,
      allow_tunnel_access: draft.allowTunnelAccess,
      timeout_minutes: timeoutOf(draft) ?? limits.timeoutMinutesDefault,
      max_concurrent: concurrencyOf(draft) ?? limits.maxConcurrentDefault,
      max_retries: retriesOf(draft) ?? limits.maxRetriesDefault,
      max_cost_usd: maxCostOf(draft) ?? undefined,
      max_total_tokens: maxTotalTokensOf(draft) ?? undefined,
      independent_scoring: draft.independentScoring,
      verbose: draft.verbose,
      state_columns: optional(stateColumnsOf(draft), stateColumnsOf(draft).length > 0),
      extra_env_kwargs: filled(objectOf(draft.extraEnvKwargs)),
      api_base_url: text(draft.apiBaseUrl),
      api_key_var: text(draft.apiKeyVar),
      api_client_type: text(draft.apiClientType),
      headers: optional(headersOf(draft), headersOf(draft).length > 0),
      // Only said where it is not the default: other platforms do not know it.
      on_rollout_exception: draft.onRolloutException === "abort" ? "abort" : undefined,
      custom_secrets: Object.keys(secrets).length > 0 ? secrets : undefined,
    },
  }
}

/** The draft that an earlier run was started with, to run it again. Secrets come back as names: their values are not kept. */
export function draftFromRun(run: { name?: string | null; eval_config: unknown }, target: LaunchTarget): LaunchDraft {
  const draft = emptyDraft(target)
  if (!isPlainObject(run.eval_config)) return draft
  const config = run.eval_config
  const number = (value: unknown, fallback: string) => (typeof value === "number" ? String(value) : fallback)
  const text = (value: unknown) => (typeof value === "string" ? value : "")
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  const object = (value: unknown) => (isPlainObject(value) ? value : {})
  const json = (value: Record<string, unknown>) => (Object.keys(value).length > 0 ? JSON.stringify(value, null, 2) : "")
  const { temperature, max_tokens: maxTokens, ...sampling } = object(config.sampling_args)
  return {
    ...draft,
    name: run.name ?? "",
    numExamples: number(config.num_examples === 0 ? limits.examplesMin : config.num_examples, draft.numExamples),
    rolloutsPerExample: number(config.rollouts_per_example, draft.rolloutsPerExample),
    args: argumentsFrom(declaredArguments(target), object(config.env_args)),
    temperature: number(temperature, ""),
    maxTokens: number(maxTokens, ""),
    samplingJson: json({
      ...sampling,
      ...(temperature === undefined || typeof temperature === "number" ? {} : { temperature }),
      ...(maxTokens === undefined || typeof maxTokens === "number" ? {} : { max_tokens: maxTokens }),
    }),
    allowSandboxAccess: config.allow_sandbox_access === true,
    allowInstancesAccess: config.allow_instances_access === true,
    allowTunnelAccess: config.allow_tunnel_access === true,
    timeoutMinutes: number(config.timeout_minutes, draft.timeoutMinutes),
    maxConcurrent: number(config.max_concurrent, draft.maxConcurrent),
    maxRetries: number(config.max_retries, draft.maxRetries),
    maxCostUsd: number(config.max_cost_usd, ""),
    maxTotalTokens: number(config.max_total_tokens, ""),
    independentScoring: config.independent_scoring === true,
    verbose: config.verbose === true,
    stateColumns: list(config.state_columns).join(", "),
    extraEnvKwargs: json(object(config.extra_env_kwargs)),
    apiBaseUrl: text(config.api_base_url),
    apiKeyVar: text(config.api_key_var),
    apiClientType: text(config.api_client_type),
    headers: list(config.headers).join("\n"),
    onRolloutException: config.on_rollout_exception === "abort" ? "abort" : "record",
    secrets: Object.keys(object(config.custom_secrets)).map((name, id) => ({ id, name, value: "" })),
  }
}

/** What may be kept in the browser between visits: everything but the values of secrets. */
export const withoutSecretValues = (draft: LaunchDraft): LaunchDraft => ({
  ...draft,
  secrets: draft.secrets.map((secret) => ({ ...secret, value: "" })),
})

/** A kept draft, made to fit; null when it is not one. */
export function restoreDraft(kept: unknown, target: LaunchTarget): LaunchDraft | null {
  const empty = emptyDraft(target)
  if (!isPlainObject(kept)) return null
  for (const [field, value] of Object.entries(empty)) {
    if (typeof kept[field] !== typeof value || Array.isArray(kept[field]) !== Array.isArray(value)) return null
  }
  const draft = kept as unknown as LaunchDraft
  return { ...draft, args: refitArguments(declaredArguments(target), draft.args) }
}

const draftFields: Record<string, keyof LaunchDraft> = {
  num_examples: "numExamples",
  rollouts_per_example: "rolloutsPerExample",
  env_args: "args",
  sampling_args: "samplingJson",
  allow_sandbox_access: "allowSandboxAccess",
  allow_instances_access: "allowInstancesAccess",
  allow_tunnel_access: "allowTunnelAccess",
  timeout_minutes: "timeoutMinutes",
  max_concurrent: "maxConcurrent",
  max_retries: "maxRetries",
  max_cost_usd: "maxCostUsd",
  max_total_tokens: "maxTotalTokens",
  independent_scoring: "independentScoring",
  verbose: "verbose",
  state_columns: "stateColumns",
  extra_env_kwargs: "extraEnvKwargs",
  api_base_url: "apiBaseUrl",
  api_key_var: "apiKeyVar",
  api_client_type: "apiClientType",
  headers: "headers",
  on_rollout_exception: "onRolloutException",
  custom_secrets: "secrets",
}

/** The field of the form for a field of eval_config. */
export const draftFieldOf = (name: string): string | undefined => (Object.hasOwn(draftFields, name) ? draftFields[name] : undefined)

/** The platform's problems at the fields of the form; what belongs to none keeps its own name in the sentence. */
export function placeProblems(problems: readonly FieldProblem[], draft: LaunchDraft, target: LaunchTarget): DraftProblem[] {
  return problems.map(({ field, message }) => {
    const [first = "", second = "", ...rest] = field.split(".")
    if (first === "name") return { field: "name", message }
    if (first === "inference_model") return { field: "model", message }
    const place = first === "eval_config" ? draftFields[second] : undefined
    if (!place) return { field: "", message: field === "" ? message : `${field}: ${message}` }
    const inner = rest.join(".")
    const secret = place === "secrets" ? draft.secrets.find(({ name }) => name.trim() === inner) : undefined
    if (secret) return { field: `secrets.${secret.id}.${/value|byte|large|long/i.test(message) ? "value" : "name"}`, message }
    if (place === "args" && declaredArguments(target)?.some(({ name }) => name === inner)) return { field: `args.${inner}`, message }
    return { field: place, message: inner === "" ? message : `${inner}: ${message}` }
  })
}

export interface LaunchSummary {
  /** "50 examples × 4 rollouts = 200 rollouts with demo/scholar"; null while the numbers are wrong. */
  sentence: string | null
  rollouts: number | null
  /** A remark about the number of examples. */
  note: string | null
}

const count = (value: number, one: string) => `${value.toLocaleString("en-US")} ${one}${value === 1 ? "" : "s"}`

export function summarize(draft: LaunchDraft, target: LaunchTarget, model: string): LaunchSummary {
  const wanted = examplesOf(draft)
  const rollouts = rolloutsOf(draft)
  if (wanted === null || rollouts === null) return { sentence: null, rollouts: null, note: null }
  const size = target.dataset_size ?? null
  const isAll = wanted === limits.examplesMin || (size !== null && wanted >= size)
  const examples = isAll ? size : wanted
  const hasOtherArguments = Object.keys(argumentValues(declaredArguments(target), draft.args)).length > 0
  const note =
    size === null
      ? isAll
        ? "The number of examples is not known before the run has loaded the environment."
        : null
      : wanted > size
        ? `The dataset has only ${count(size, "example")}, so fewer than the ${wanted.toLocaleString("en-US")} asked for will run.`
        : isAll && hasOtherArguments
          ? `${count(size, "example")} with the default arguments; yours may change that.`
          : null
  const product = examples === null ? null : examples * rollouts
  const total = product !== null && Number.isSafeInteger(product) ? product : null
  const left = examples === null ? "all examples" : `${isAll ? "all " : ""}${count(examples, "example")}`
  return {
    sentence: `${left} × ${count(rollouts, "rollout")}${total === null ? " each" : ` = ${count(total, "rollout")}`} with ${model}`,
    rollouts: total,
    note,
  }
}

export interface LaunchDifference {
  label: string
  value: string
}

/** What this run does otherwise than a run with nothing but a model chosen. Secret values are never in it. */
export function differences(draft: LaunchDraft, target: LaunchTarget): LaunchDifference[] {
  const found: LaunchDifference[] = []
  const add = (label: string, value: string) => found.push({ label, value })
  const show = (value: unknown) => (typeof value === "string" && value !== "" ? value : JSON.stringify(value))
  for (const [name, value] of Object.entries(argumentValues(declaredArguments(target), draft.args))) add(name, show(value))
  for (const [name, value] of Object.entries(samplingOf(draft))) add(`sampling: ${name}`, show(value))
  const permissions = [
    draft.allowSandboxAccess && "sandboxes",
    draft.allowInstancesAccess && "instances",
    draft.allowTunnelAccess && "tunnels",
  ].filter(Boolean)
  if (permissions.length > 0) add("May use", permissions.join(", "))
  const concurrency = concurrencyOf(draft)
  if (concurrency !== null && concurrency !== limits.maxConcurrentDefault) add("Max concurrent", String(concurrency))
  const retries = retriesOf(draft)
  if (retries !== null && retries !== limits.maxRetriesDefault) add("Retries", String(retries))
  const cost = maxCostOf(draft)
  if (cost !== null) add("Budget", `$${cost.toLocaleString("en-US", { maximumFractionDigits: 6 })}`)
  const tokens = maxTotalTokensOf(draft)
  if (tokens !== null) add("Token budget", tokens.toLocaleString("en-US"))
  if (draft.onRolloutException === "abort") add("On an exception", "end the run")
  if (draft.independentScoring) add("Scoring", "independent")
  if (draft.verbose) add("Log", "verbose")
  if (stateColumnsOf(draft).length > 0) add("State columns", stateColumnsOf(draft).join(", "))
  if (Object.keys(objectOf(draft.extraEnvKwargs)).length > 0)
    add("Extra environment kwargs", JSON.stringify(objectOf(draft.extraEnvKwargs)))
  if (draft.apiBaseUrl.trim() !== "") add("Endpoint", draft.apiBaseUrl.trim())
  if (draft.apiKeyVar.trim() !== "") add("Key variable", draft.apiKeyVar.trim())
  if (draft.apiClientType !== "") add("Client", draft.apiClientType)
  if (headersOf(draft).length > 0)
    add(
      "Headers",
      headersOf(draft)
        .map((line) => line.split(":")[0])
        .join(", "),
    )
  if (secretsOf(draft).length > 0)
    add(
      "Secrets",
      secretsOf(draft)
        .map(({ name }) => name.trim() || "(no name yet)")
        .join(", "),
    )
  return found
}

export const timeoutInWords = (draft: LaunchDraft): string | null => {
  const minutes = timeoutOf(draft)
  if (minutes === null) return null
  return minutes % 60 === 0 ? count(minutes / 60, "hour") : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
