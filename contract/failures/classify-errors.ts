import { type FailureClass, failureWordings } from "./classes.ts"
import type { CodePlace } from "./shapes.ts"

/** One exception of a chain of causes, as the runner tells it, or as it was read out of a row. */
export interface ErrorLink {
  type: string
  message: string
  status?: number | null | undefined
  /** Of a ModuleNotFoundError: which module. */
  module?: string | null | undefined
  /** Of a KeyError that os.environ raised: which variable. Undefined where nobody could tell. */
  variable?: string | null | undefined
  place?: CodePlace | null | undefined
}

/** What was going on when the exception came. */
export type ErrorStage = "import" | "load" | "rollout" | "scoring"

export interface ErrorFinding {
  class: FailureClass
  explanation: string
  advice: string
  exception: string | null
  message: string | null
  place: CodePlace | null
}

interface Rule {
  class: FailureClass
  fits: (link: ErrorLink, stage: ErrorStage, chain: readonly ErrorLink[]) => boolean
  /** Where more can be said than the wording of the class does. */
  words?: Words | ((link: ErrorLink) => Words)
}

interface Words {
  explanation?: string
  advice?: string
}

const named = (link: ErrorLink, ...names: string[]) => names.includes(link.type.split(".").at(-1) ?? "")
const says = (link: ErrorLink, pattern: RegExp) => pattern.test(link.message)
const answered = (link: ErrorLink, ...statuses: number[]) => statuses.includes(link.status ?? 0)
const atLoad = (stage: ErrorStage) => stage === "import" || stage === "load"
/** The library's names for what its own client raises; v1's is ProviderError. */
const modelErrors = ["ModelError", "InvalidModelResponseError", "EmptyModelResponseError", "OverlongPromptError", "ProviderError"]
/**
 * Whether the run's model failed. The library wraps what its client raises, but for a refused key. A client of the environment's
 * own raises the same exceptions, out of the environment's code and unwrapped.
 */
const ofModel = (chain: readonly ErrorLink[]) =>
  chain.some((link) => named(link, ...modelErrors)) ||
  chain.some((link) => named(link, "AuthenticationError", "PermissionDeniedError") && !link.place)

const contextLength =
  /maximum context length|model's context length|maximum model length|exceeds? the configured limit|prompt_too_long|context_length_exceeded/i

/** The first rule that fits decides; anywhere. */
const always: Rule[] = [
  {
    class: "missing_permission",
    fits: (e) => says(e, /missing_permission|This run may not use (sandboxes|instances|tunnels)/) || named(e, "TunnelAuthError"),
  },
  { class: "missing_secret", fits: (e) => missingSecrets(e).length > 0, words: (e) => secretWords(missingSecrets(e)) },
  { class: "out_of_memory", fits: (e) => named(e, "MemoryError", "OutOfMemoryError") || says(e, /\[Errno 12\]/) },
  { class: "disk_limit", fits: (e) => says(e, /\[Errno (28|122|27)\]|No space left on device|Disk quota exceeded/) },
  { class: "budget_exceeded", fits: (e) => says(e, /budget_exceeded/) },
]

const whileLoading: Rule[] = [
  {
    class: "environment_import",
    fits: (e, stage, chain) => stage === "import" && named(e, "ModuleNotFoundError") && chain.length === 1 && !e.place,
    words: {
      explanation: "The package installs, but it brings no module that is named like the environment.",
      advice:
        "Name the module like the environment, with _ for each -, and let the build include it ([tool.hatch.build] include in pyproject.toml).",
    },
  },
  { class: "environment_dependency", fits: (e) => named(e, "ModuleNotFoundError") },
  {
    class: "environment_arguments",
    fits: (e) => named(e, "SettingsRefused"),
    words: {
      explanation: "Settings of this run do not fit the environment, which is a verifiers v1 taskset.",
      advice: "Correct what the message names and run again.",
    },
  },
  {
    class: "environment_load",
    fits: (e) => named(e, "NotHostable"),
    words: {
      explanation: "The environment needs something that hosted runs do not have.",
      advice: "The message says what. Where it names a setting, run again with that changed.",
    },
  },
  {
    class: "environment_import",
    fits: (e) => named(e, "UnsupportedEnvironment"),
    words: {
      explanation: "The module was imported, but it is no environment that can be run here.",
      advice:
        "Define a function load_environment() in it that returns a verifiers environment, or export a v1 Taskset in __all__, and publish a new version.",
    },
  },
  { class: "environment_import", fits: (e, stage) => stage === "import" || named(e, "ImportError") },
  { class: "environment_arguments", fits: (e) => named(e, "TypeError") && says(e, /^load_environment\(\) (got an unexpected|missing)/) },
  {
    class: "environment_load",
    fits: (e) => named(e, "NoExamples") || says(e, /^dataset is not set|^Either dataset or eval_dataset must be provided/),
    words: {
      explanation: "The environment has no examples to evaluate.",
      advice: "Give it an eval_dataset (or a dataset) with at least one row, or run again with arguments that select some.",
    },
  },
  {
    class: "environment_load",
    fits: (e) => says(e, /^independent_scoring cannot be used/),
    words: {
      explanation: "Independent scoring was asked for, but the environment compares the rollouts of one example with each other.",
      advice: "Run again without independent scoring.",
    },
  },
  {
    class: "environment_load",
    fits: (e) =>
      named(e, "DatasetNotFoundError", "OfflineModeIsEnabled", "LocalEntryNotFoundError", "HfHubHTTPError", "RepositoryNotFoundError"),
    words: {
      explanation: "The environment's dataset could not be downloaded.",
      advice: "Check its name and that it is public. For a private one, give HF_TOKEN as a secret.",
    },
  },
]

const ofInference: Rule[] = [
  { class: "inference_overlong", fits: (e) => named(e, "OverlongPromptError") || (answered(e, 400) && says(e, contextLength)) },
  { class: "inference_no_key", fits: (e) => says(e, /provider_without_key/) },
  { class: "inference_quota", fits: (e) => answered(e, 402) || says(e, /insufficient_quota/) },
  { class: "inference_auth", fits: (e) => named(e, "AuthenticationError", "PermissionDeniedError") || answered(e, 401, 403) },
  { class: "inference_rate_limit", fits: (e) => named(e, "RateLimitError") || answered(e, 429) },
  {
    class: "inference_model",
    fits: (e) => says(e, /model_not_found/) || ((named(e, "NotFoundError") || answered(e, 404)) && says(e, /model/i)),
  },
  {
    class: "inference_unavailable",
    fits: (e) => named(e, "APIConnectionError", "APITimeoutError", "InternalServerError") || (e.status ?? 0) >= 500,
  },
  { class: "inference_response", fits: (e) => named(e, "EmptyModelResponseError", "InvalidModelResponseError") },
  {
    class: "inference_rejected",
    fits: (e) => named(e, "BadRequestError", "UnprocessableEntityError", "NotFoundError", "ConflictError") || (e.status ?? 0) >= 400,
  },
  { class: "inference_response", fits: (e) => named(e, "ModelError", "ProviderError") },
]

const ofRollouts: Rule[] = [
  { class: "environment_scoring", fits: (e) => named(e, "TaskError") && says(e, / scoring: /) },
  {
    class: "rollout_timeout",
    fits: (e) => (named(e, "HarnessError") && says(e, /^agent timeout/)) || (named(e, "TimeoutError") && says(e, / deadline/)),
  },
  {
    class: "sandbox_failed",
    fits: (e) =>
      /(^|\.)\w*Sandbox\w*Error$/.test(e.type) ||
      named(e, "InfraError", "TunnelError", "InterceptionError", "CommandTimeoutError", "UploadTimeoutError", "DownloadTimeoutError"),
  },
  {
    class: "environment_rollout",
    fits: (e) => says(e, /^state_columns value for/),
    words: {
      explanation: "A state column was asked for whose value cannot be written as JSON.",
      advice: "Run again without that column, or let the environment keep a plain value under that name.",
    },
  },
]

function rulesFor(stage: ErrorStage, chain: readonly ErrorLink[]): Rule[] {
  if (atLoad(stage)) return [...always, ...whileLoading]
  if (stage === "scoring") return always
  return ofModel(chain) ? [...always, ...ofInference, ...ofRollouts] : [...always, ...ofRollouts]
}

const otherwise: Record<ErrorStage, FailureClass> = {
  import: "environment_import",
  load: "environment_load",
  rollout: "environment_rollout",
  scoring: "environment_scoring",
}

/**
 * The class of a failure, from the exception and what caused it (outermost first). The innermost exception that fits a rule
 * decides, because what lies around it often only says that something failed.
 */
export function classifyErrors(chain: readonly ErrorLink[], stage: ErrorStage): ErrorFinding {
  const innermostFirst = [...chain].reverse()
  const rules = rulesFor(stage, chain)
  for (const link of innermostFirst)
    for (const rule of rules) if (rule.fits(link, stage, chain)) return finding(rule.class, link, innermostFirst, rule.words)
  return finding(otherwise[stage], innermostFirst[0], innermostFirst)
}

function finding(kind: FailureClass, link: ErrorLink | undefined, innermostFirst: ErrorLink[], told: Rule["words"] = {}): ErrorFinding {
  const { explanation, advice } = failureWordings[kind]
  const words = typeof told === "function" ? told(link as ErrorLink) : told
  return {
    class: kind,
    explanation: words.explanation ?? explanation,
    advice: words.advice ?? advice,
    exception: link ? exceptionName(link.type) : null,
    message: link ? withoutHints(link.message) : null,
    place: link?.place ?? innermostFirst.find((one) => one.place)?.place ?? null,
  }
}

/** As a traceback names it: without the module of what is built in. */
const exceptionName = (type: string): string => type.replace(/^builtins\./, "")

/** The library adds how to set a variable on other platforms. */
const withoutHints = (message: string): string =>
  message.startsWith("Missing required environment variable") ? (message.split("\n")[0] as string) : message

function secretWords(names: string[]): Words {
  const one = names.length === 1
  const list = one ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
  return {
    explanation: `The environment asked for the environment ${one ? "variable" : "variables"} ${list}, which this run did not have.`,
    advice: one
      ? "Give it as a one-off secret of the next run, or add it to the environment's secrets for all runs."
      : "Give them as one-off secrets of the next run, or add them to the environment's secrets for all runs.",
  }
}

const variableName = /^[A-Z][A-Z0-9_]*$/

/** The environment variables that an exception says are missing. */
export function missingSecrets(link: Pick<ErrorLink, "type" | "message" | "variable">): string[] {
  const { message } = link
  const all = /Missing required environment variable\(s\): ([A-Z0-9_, ]+)/.exec(message)?.[1]
  if (all) return all.split(", ").filter((name) => variableName.test(name))
  if (link.variable) return variableName.test(link.variable) ? [link.variable] : []
  // Clients of model providers name the variable in which they looked for their key.
  const client = /credentials|api_key/i.test(message) && /^(Missing|The api_key client option must be set)/.test(message)
  if (client) return [/\b([A-Z][A-Z0-9_]*_API_KEY)\b/.exec(message)?.[1] ?? "OPENAI_API_KEY"]
  if (/Could not resolve authentication method/.test(message)) return ["ANTHROPIC_API_KEY"]
  if (/(^|\.)GatedRepoError$/.test(link.type)) return ["HF_TOKEN"]
  // Nobody could tell whether os.environ raised it; a name like this is rarely the key of anything else.
  const key = /(^|\.)KeyError$/.test(link.type) ? /^'([A-Z][A-Z0-9]*_[A-Z0-9_]+)'$/.exec(message)?.[1] : undefined
  return key && link.variable === undefined ? [key] : []
}
