import { parse, stringify, TomlDate, TomlError } from "smol-toml"
import type { CreateHostedEvaluationRequest, Evaluation } from "@/contract/index.ts"
import { describeMistake, isPlainObject, readJson, readJsonObject } from "@/lib/json-text.ts"
import { draftFromRun, type LaunchDraft, type LaunchTarget } from "./launch-config.ts"
import { readShell, type Word } from "./run-spelling-shell.ts"

type Config = Record<string, unknown>

// ── one table of what the CLI calls each field ───────────────────────────────

type Kind = "whole" | "number" | "text" | "flag" | "object" | "list"

interface Option {
  field: string
  kind: Kind
  short?: string
  long: string
  /** The CLI does not know it: it stands in requests only. */
  requestOnly?: true
}

/** Flags of `prime eval run --hosted`, in the order in which they are written. `temperature` and `max_tokens` end up in sampling_args. */
const options: readonly Option[] = [
  { field: "model", kind: "text", short: "-m", long: "--model" },
  { field: "num_examples", kind: "whole", short: "-n", long: "--num-examples" },
  { field: "rollouts_per_example", kind: "whole", short: "-r", long: "--rollouts-per-example" },
  { field: "eval_name", kind: "text", long: "--eval-name" },
  { field: "env_args", kind: "object", short: "-a", long: "--env-args" },
  { field: "sampling_args", kind: "object", short: "-S", long: "--sampling-args" },
  { field: "temperature", kind: "number", short: "-T", long: "--temperature" },
  { field: "max_tokens", kind: "whole", short: "-t", long: "--max-tokens" },
  { field: "allow_sandbox_access", kind: "flag", long: "--allow-sandbox-access" },
  { field: "allow_instances_access", kind: "flag", long: "--allow-instances-access" },
  { field: "allow_tunnel_access", kind: "flag", long: "--allow-tunnel-access" },
  { field: "timeout_minutes", kind: "whole", long: "--timeout-minutes" },
  { field: "max_concurrent", kind: "whole", short: "-c", long: "--max-concurrent" },
  { field: "max_retries", kind: "whole", long: "--max-retries" },
  { field: "independent_scoring", kind: "flag", short: "-i", long: "--independent-scoring" },
  { field: "verbose", kind: "flag", short: "-v", long: "--verbose" },
  { field: "state_columns", kind: "list", short: "-C", long: "--state-columns" },
  { field: "extra_env_kwargs", kind: "object", short: "-x", long: "--extra-env-kwargs" },
  { field: "api_base_url", kind: "text", short: "-b", long: "--api-base-url" },
  { field: "api_key_var", kind: "text", short: "-k", long: "--api-key-var" },
  { field: "api_client_type", kind: "text", long: "--api-client-type" },
  { field: "header", kind: "list", long: "--header" },
  { field: "on_rollout_exception", kind: "text", long: "--on-rollout-exception", requestOnly: true },
  { field: "max_cost_usd", kind: "number", long: "--max-cost-usd", requestOnly: true },
  { field: "max_total_tokens", kind: "whole", long: "--max-total-tokens", requestOnly: true },
  { field: "custom_secrets", kind: "object", long: "--custom-secrets" },
]
const ofCli = options.filter((option) => !option.requestOnly)

/** Fields of a request that neither a command nor a file can say. */
export const requestOnly = (config: object): string[] =>
  options.filter((option) => option.requestOnly && isGiven((config as Config)[option.field])).map((option) => option.field)

/** Flags that say how the command behaves, not what is run. */
const silent = new Set(["--hosted", "--follow", "--plain"])
/** Flags of local runs that take no value; others are taken to have one. */
const valueless = new Set([
  ...["--shuffle", "--no-interleave-scoring", "-N", "--save-results", "-s", "--save-to-hf-hub", "-H", "--fullscreen", "-f", "--tui"],
  ...["--disable-tui", "-d", "--debug", "--disable-env-server", "--abbreviated-summary", "-A", "--skip-upload", "-u", "--yes", "-y"],
])
/** Flags of a hosted run that matter to the terminal alone, with their values. */
const silentWithValue = new Set(["--poll-interval", "--output"])

/** What the CLI sends when a command or a file does not say. */
const cliDefaults: Config = { num_examples: 5, rollouts_per_example: 3, allow_sandbox_access: true, allow_tunnel_access: true }

// ── writing ──────────────────────────────────────────────────────────────────

export interface Spellable {
  /** owner/name */
  environment: string
  request: CreateHostedEvaluationRequest
}

/** What a run was started with; null for a run that this platform did not start. */
export function ofRun(run: Evaluation): Spellable | null {
  const environment = run.environment ? `${run.environment.owner}/${run.environment.name}` : run.environment_names?.[0]
  const model = run.inference_model ?? run.model_name
  if (!run.is_hosted || !run.eval_config || !environment || !model) return null
  const request = { environment_ids: run.environment_ids ?? [], inference_model: model, name: run.name, eval_config: run.eval_config }
  return { environment, request: request as unknown as CreateHostedEvaluationRequest }
}

const shellWord = (text: string): string => (/^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const secretNames = (config: Config): string[] => (isPlainObject(config.custom_secrets) ? Object.keys(config.custom_secrets) : [])

/** A JSON object of secrets in which the shell fills in the values, so that they stand in no text and no history. */
const secretsWord = (names: string[]): string => `'{${names.map((name) => `${JSON.stringify(name)}: "'"$${name}"'"`).join(", ")}}'`

const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isPlainObject(value) && Object.keys(value).length === 0)

/** The fields of a request under the names of the CLI. */
const named = ({ environment, request }: Spellable): Config => {
  const { headers, custom_secrets: _, ...config } = request.eval_config
  return { env_id: environment, model: request.inference_model, eval_name: request.name, ...config, header: headers }
}

/**
 * The same run as a `prime` command. Sandbox and tunnel access are on in every command; only a TOML file can turn them off.
 * Values of secrets are never in it.
 */
export function toCommand(run: Spellable): string {
  const fields = named(run)
  const parts = [`prime eval run ${shellWord(run.environment)} --hosted`]
  const write = ({ short, long }: Option, text: string) => {
    const flag = short ?? long
    // A value that begins with a dash would be read as a flag.
    if (!text.startsWith("-") || /^-\d/.test(text)) parts.push(`${flag} ${shellWord(text)}`)
    else parts.push(short ? shellWord(`${short}${text}`) : `${long}=${shellWord(text)}`)
  }
  for (const option of ofCli) {
    const value = fields[option.field]
    if (!isGiven(value) || option.field === "allow_sandbox_access" || option.field === "allow_tunnel_access") continue
    if (option.kind === "flag") {
      if (value === true) parts.push(option.short ?? option.long)
    } else if (option.field === "header") for (const line of value as string[]) write(option, line)
    else if (option.kind === "list") write(option, (value as string[]).join(","))
    else write(option, option.kind === "object" ? JSON.stringify(value) : String(value))
  }
  const secrets = secretNames(run.request.eval_config)
  if (secrets.length > 0) parts.push(`--custom-secrets ${secretsWord(secrets)}`)
  return parts.join(" \\\n  ")
}

/** The same run as a file for `prime eval run FILE.toml --hosted`. Secrets may not stand in it: a remark says how they are given. */
export function toToml(run: Spellable): string {
  const lost: string[] = []
  const table: Config = {}
  for (const field of ["env_id", ...ofCli.map((option) => option.field)]) {
    const value = field === "custom_secrets" ? undefined : named(run)[field]
    if (isGiven(value)) table[field] = withoutNulls(value, field, lost)
  }
  const secrets = secretNames(run.request.eval_config)
  const remarks = [
    "# prime eval run FILE.toml --hosted",
    ...(secrets.length > 0 ? [`# Secrets stand in no file. Add: --custom-secrets ${secretsWord(secrets)}`] : []),
    ...requestOnly(run.request.eval_config).map((field) => `# Left out, because the CLI does not know it: ${field}`),
    ...(lost.length > 0 ? [`# Left out, because TOML has no null: ${lost.join(", ")}`] : []),
  ]
  return `${remarks.join("\n")}\n\n${stringify({ eval: [table] }).trim()}\n`
}

function withoutNulls(value: unknown, path: string, lost: string[]): unknown {
  if (Array.isArray(value)) {
    const kept = value.filter((one) => one !== null)
    if (kept.length < value.length) lost.push(`${path}[]`)
    return kept.map((one) => withoutNulls(one, `${path}[]`, lost))
  }
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    if (one !== null && one !== undefined) return [[name, withoutNulls(one, `${path}.${name}`, lost)]]
    lost.push(`${path}.${name}`)
    return []
  })
  return Object.fromEntries(entries)
}

/** The request itself, for a shell. The key and the secrets are variables of that shell. */
export function toCurl(run: Spellable, origin: string): string {
  const { idempotency_key: _, ...request } = run.request
  const secrets = secretNames(request.eval_config)
  // Stand-ins that no text contains, until the quoting is done.
  const mark = (name: string) => `\u{e000}${name}\u{e001}`
  const body = {
    ...request,
    name: request.name ?? undefined,
    eval_config: Object.fromEntries(
      Object.entries({
        ...request.eval_config,
        custom_secrets: secrets.length > 0 ? Object.fromEntries(secrets.map((name) => [name, mark(name)])) : undefined,
      }).filter(([, value]) => value !== null),
    ),
  }
  const json = JSON.stringify(body, null, 2).replaceAll("'", `'\\''`)
  return [
    `curl ${shellWord(`${origin}/api/v1/hosted-evaluations`)}`,
    '-H "Authorization: Bearer $PRIME_API_KEY"',
    "-H 'Content-Type: application/json'",
    `-d '${json.replace(/\u{e000}(\w+)\u{e001}/gu, (_match, name: string) => `'"$${name}"'`)}'`,
  ].join(" \\\n  ")
}

// ── reading ──────────────────────────────────────────────────────────────────

/** One run that a text describes. */
export interface ReadRun {
  /** As written: owner/name, a bare name or an id; null when the text does not say. */
  environment: string | null
  model: string | null
  name: string | null
  config: Config
  /** What could not be used, in sentences. */
  notes: string[]
}

export type Reading = { ok: true; runs: ReadRun[] } | { ok: false; message: string }

/** Reads a `prime eval run` command, a TOML file of the CLI, or the curl of toCurl, whichever the text is. */
export function fromText(text: string): Reading {
  const trimmed = text.trim()
  if (trimmed === "") return { ok: false, message: "There is nothing to read yet." }
  if (/^(?:\$ |% |> )?(?:\w+=\S*\s+)*(?:uvx? |uv run |python3? -m )*(?:prime|curl)\s/m.test(firstLine(trimmed))) return fromShell(trimmed)
  return fromToml(trimmed)
}

const firstLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "" && !line.startsWith("#")) ?? ""

function fromShell(text: string): Reading {
  const shell = readShell(text.replace(/^[ \t]*[$%>] /gm, ""))
  if (!shell.ok) return shell
  const runs: ReadRun[] = []
  let refusal: string | null = null
  for (const words of shell.commands) {
    const texts = words.map((word) => word.text)
    const evalAt = texts.findIndex((one, i) => one === "eval" && /(^|\/)prime$/.test(texts[i - 1] ?? ""))
    const curlAt = texts.indexOf("curl")
    if (evalAt < 0 && curlAt < 0) continue
    const reading = evalAt >= 0 ? fromPrime(words.slice(texts[evalAt + 1] === "run" ? evalAt + 2 : evalAt + 1)) : fromCurl(words)
    if (reading.ok) runs.push(...reading.runs)
    else refusal ??= reading.message
  }
  if (runs.length > 0) return { ok: true, runs }
  return { ok: false, message: refusal ?? "No `prime eval run …` command was found in this text." }
}

/** A value of the shell that is not in the text. */
const isVariable = (text: string) => /\u{e000}/u.test(text)
const plain = (text: string) => text.replace(/\u{e000}(\w+)\u{e001}/gu, "$$$1")

function fromPrime(words: readonly Word[]): Reading {
  const given: Config = {}
  const notes: string[] = []
  const positional: string[] = []
  const set = (option: Option, raw: string) => {
    const text = option.field === "custom_secrets" ? raw : plain(raw)
    if (option.field !== "custom_secrets" && isVariable(raw))
      notes.push(`${option.long}: ${text} is a variable of your shell, whose value is not in the text.`)
    const value = flagValue(option, text)
    if (value instanceof Unusable) notes.push(`${option.long}: ${value.message}`)
    else if (option.field === "header") given.header = [...((given.header as string[] | undefined) ?? []), text]
    else given[option.field] = value
  }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]?.text ?? ""
    if (!word.startsWith("-") || word === "-") {
      positional.push(plain(word))
      continue
    }
    const [flag = "", ...rest] = word.startsWith("--") ? word.split("=") : [word]
    const attached = rest.length > 0 ? rest.join("=") : null
    if (silent.has(flag)) continue
    const option = ofCli.find(({ short, long }) => flag === long || flag === short)
    if (option) {
      if (option.kind === "flag") given[option.field] = true
      else if (attached !== null) set(option, attached)
      else if (i + 1 < words.length) set(option, words[++i]?.text ?? "")
      else notes.push(`${flag}: its value is missing.`)
      continue
    }
    // -n5, and flags written together: -vi
    const joined = word.startsWith("--") ? undefined : options.find(({ short }) => short !== undefined && word.startsWith(short))
    if (joined && joined.kind !== "flag") {
      set(joined, word.slice(2).replace(/^=/, ""))
      continue
    }
    const letters = [...word.slice(1)].map((letter) => options.find(({ short, kind }) => short === `-${letter}` && kind === "flag"))
    if (!word.startsWith("--") && letters.length > 0 && letters.every((one) => one !== undefined)) {
      for (const one of letters) if (one) given[one.field] = true
      continue
    }
    const next = words[i + 1]?.text
    const hasValue = attached === null && !valueless.has(flag) && next !== undefined && !next.startsWith("-")
    // The environment may stand last: a word after an unknown flag is left to it when nothing else could be it.
    const isEnvironment = hasValue && positional.length === 0 && !words.slice(i + 2).some((one) => !one.text.startsWith("-"))
    if (hasValue && !isEnvironment) i++
    if (!silentWithValue.has(flag)) notes.push(`${plain(flag)} has no meaning for a hosted run here and was left out.`)
  }
  const [environment, ...others] = positional
  if (environment?.endsWith(".toml"))
    return { ok: false, message: `This command reads its settings from ${environment}. Paste the text of that file instead.` }
  if (others.length > 0) notes.push(`${others.map((one) => `“${one}”`).join(", ")}: not understood, and left out.`)
  return { ok: true, runs: [readRun({ ...given, env_id: environment }, cliDefaults, notes)] }
}

function fromCurl(words: readonly Word[]): Reading {
  const at = words.findIndex(({ text }) => /^(-d|--data|--data-raw|--data-binary|--json)$/.test(text))
  const body = at < 0 ? null : readJson(words[at + 1]?.text ?? "")
  if (body === null) return { ok: false, message: "This curl command sends no JSON body (-d)." }
  if (!body.ok) return { ok: false, message: `The JSON body cannot be read. ${describeMistake(body)}` }
  const request = isPlainObject(body.value) ? body.value : {}
  if (!isPlainObject(request.eval_config))
    return { ok: false, message: "The JSON body is no request for a hosted evaluation: it has no eval_config." }
  const { headers, ...config } = request.eval_config
  const ids = Array.isArray(request.environment_ids) ? request.environment_ids.map(String) : []
  const notes = ids.length > 1 ? ["It starts several environments; this form starts the one it belongs to."] : []
  const fields = { ...config, header: headers, model: request.inference_model, eval_name: request.name, env_id: ids[0] }
  return { ok: true, runs: [readRun(fields, {}, notes)] }
}

function fromToml(text: string): Reading {
  let document: Config
  try {
    document = parse(text) as Config
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "")
    return {
      ok: false,
      message: `This is neither a \`prime eval run …\` command nor TOML. As TOML: line ${error.line}, column ${error.column}: ${reason}.`,
    }
  }
  const { eval: evals, ablation, ...shared } = document
  const tables = Array.isArray(evals) ? evals.filter(isPlainObject) : isPlainObject(evals) ? [evals] : []
  // Settings without an [[eval]] around them are taken for one run, too.
  const isBare = tables.length === 0 && ("env_id" in shared || "id" in shared || "model" in shared || "num_examples" in shared)
  if (tables.length === 0 && !isBare)
    return {
      ok: false,
      message: ablation
        ? "[[ablation]] sweeps cannot be read here; write them as [[eval]] tables."
        : "There is no [[eval]] table in this text.",
    }
  const notes = ablation ? ["[[ablation]] sweeps were left out."] : []
  const runs = (isBare ? [{}] : tables).map((table) => {
    const { id, args, headers, sampling, taskset, harness, ...fields } = { ...shared, ...table } as Config
    const all: Config = { ...fields }
    if (id !== undefined) all.env_id ??= id
    if (args !== undefined) all.env_args = { ...(isPlainObject(args) ? args : {}), ...(isPlainObject(all.env_args) ? all.env_args : {}) }
    if (isPlainObject(sampling)) all.sampling_args = { ...sampling, ...(isPlainObject(all.sampling_args) ? all.sampling_args : {}) }
    if (isPlainObject(headers)) {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      all.header = [...lines, ...(Array.isArray(all.header) ? all.header : [])]
    } else if (headers !== undefined) all.header ??= headers
    const typed = { ...(isPlainObject(taskset) ? { taskset } : {}), ...(isPlainObject(harness) ? { harness } : {}) }
    if (Object.keys(typed).length > 0) all.env_args = { ...(isPlainObject(all.env_args) ? all.env_args : {}), config: typed }
    if (isPlainObject(taskset) && typeof taskset.id === "string") all.env_id ??= taskset.id
    const own = [...notes]
    if (all.endpoint_id !== undefined) {
      own.push("endpoint_id names an entry of a file on your machine; choose the model here.")
      delete all.endpoint_id
      delete all.endpoints_path
    }
    return readRun(all, cliDefaults, own)
  })
  return { ok: true, runs }
}

class Unusable {
  constructor(readonly message: string) {}
}

/** A flag's text as the value that it means. */
function flagValue(option: Option, text: string): unknown {
  switch (option.kind) {
    case "whole":
      return /^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text))
        ? Number(text)
        : new Unusable(`“${text}” is not a whole number.`)
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : new Unusable(`“${text}” is not a number.`)
    case "object": {
      const reading = readJsonObject(text)
      return reading.ok ? reading.value : new Unusable(describeMistake(reading))
    }
    case "list":
      return text
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== "")
    default:
      return text
  }
}

const fits: Record<Kind, { test: (value: unknown) => boolean; name: string }> = {
  whole: { test: Number.isSafeInteger, name: "a whole number" },
  number: { test: (value) => typeof value === "number" && Number.isFinite(value), name: "a number" },
  text: { test: (value) => typeof value === "string", name: "text" },
  flag: { test: (value) => typeof value === "boolean", name: "true or false" },
  object: { test: isPlainObject, name: "a table of names and values" },
  list: { test: (value) => Array.isArray(value) && value.every((one) => typeof one === "string"), name: "a list of texts" },
}

/** Sorts what was given into a run; what does not fit is said, not sent. */
function readRun(given: Config, defaults: Config, notes: string[]): ReadRun {
  const config: Config = { ...defaults }
  const { env_id: environment, ...fields } = given
  let model: string | null = null
  let name: string | null = null
  const top: Config = {}
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue
    const option = options.find((one) => one.field === field)
    if (!option) notes.push(`${field} has no meaning for a hosted run here and was left out.`)
    else if (!fits[option.kind].test(value)) notes.push(`${field} is not ${fits[option.kind].name} and was left out.`)
    else if (hasDate(value)) notes.push(`${field} holds a date, which JSON does not have; it was left out.`)
    else if (field === "model") model = value as string
    else if (field === "eval_name") name = value as string
    else if (field === "temperature" || field === "max_tokens") top[field] = value
    else if (field === "header") config.headers = value
    else config[field] = value
  }
  if (Object.keys(top).length > 0) config.sampling_args = { ...top, ...(isPlainObject(config.sampling_args) ? config.sampling_args : {}) }
  return { environment: typeof environment === "string" && environment !== "" ? environment : null, model, name, config, notes }
}

const hasDate = (value: unknown): boolean =>
  value instanceof TomlDate ||
  (Array.isArray(value) && value.some(hasDate)) ||
  (isPlainObject(value) && !(value instanceof TomlDate) && Object.values(value).some(hasDate))

/** Whether what was written names this environment; a version behind it is not looked at. */
export function namesTarget(environment: string | null, target: LaunchTarget): boolean {
  if (environment === null) return true
  const [slug = ""] = environment.split("@")
  return slug === target.id || slug === target.name || slug.toLowerCase() === `${target.owner.name}/${target.name}`.toLowerCase()
}

/** The form for a run that was read. Secrets whose values only the shell knows are left to be typed. */
export function draftFromRead(read: ReadRun, target: LaunchTarget): LaunchDraft {
  const draft = draftFromRun({ name: read.name, eval_config: read.config }, target)
  const values = isPlainObject(read.config.custom_secrets) ? read.config.custom_secrets : {}
  const secrets = draft.secrets.map((secret) => {
    const value = values[secret.name]
    return { ...secret, value: typeof value === "string" && !isVariable(value) ? value : "" }
  })
  return { ...draft, secrets }
}
