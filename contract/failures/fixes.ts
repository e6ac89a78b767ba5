import type { JsonObject } from "../common.ts"
import { limits } from "../limits.ts"
import { permissions } from "../permissions.ts"
import { type RunFieldKey, runFields } from "../run-config.ts"
import { objectOf } from "../samples/row-values.ts"
import type { FailureClass } from "./classes.ts"
import { missingSecrets } from "./missing-secrets.ts"
import type { FailureFix } from "./shapes.ts"

/** What a fix is derived from, beside the run's configuration: the failure's class and what the exception said. */
export interface Failed {
  class: FailureClass
  exception: string | null
  message: string | null
}

/** The launch form's field to begin at: a field of the run, one argument of its environment, or its model. */
type Focus = RunFieldKey | `env_args.${string}` | "model"

const fix = (label: string, set: Partial<Record<RunFieldKey, unknown>>, focus?: Focus): FailureFix => ({
  label: `Run again ${label}`,
  set,
  focus: focus ?? Object.keys(set)[0] ?? "",
})
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null)
const anotherModel = fix("with another model", {}, "model")

/**
 * The change to a run's configuration that would have avoided a failure; null when none would.
 * @param timeoutMinutesMax the longest timeout that this platform allows
 */
export function fixFor(
  { class: kind, exception, message }: Failed,
  config: JsonObject,
  timeoutMinutesMax: number = limits.timeoutMinutesDefault,
): FailureFix | null {
  const text = message ?? ""
  const custom = typeof config.api_base_url === "string" && config.api_base_url !== ""
  const maxTokens = number(objectOf(config.sampling_args).max_tokens)
  switch (kind) {
    case "timeout":
      return longer(config, timeoutMinutesMax)
    case "rollout_timeout": {
      // verifiers v1 has a time limit for each agent, under env_args.
      if (/^agent timeout/.test(text)) return fix("with more time for a rollout", {}, "env_args")
      const seconds = number(objectOf(config.extra_env_kwargs).timeout_seconds)
      const next = seconds === null ? rolloutSeconds : seconds * 2
      return fix(`with ${next} seconds for a rollout`, { extra_env_kwargs: { timeout_seconds: next } })
    }
    case "missing_secret": {
      const names = missingSecrets({ type: exception ?? "", message: text, variable: /^'(\w+)'$/.exec(text)?.[1] ?? null })
      const called = names.length === 1 ? `the secret ${names[0]}` : `the secrets ${names.join(", ")}`
      return names.length === 0 ? null : fix(`with ${called}`, { custom_secrets: Object.fromEntries(names.map((name) => [name, ""])) })
    }
    case "missing_permission":
      return permission(text)
    case "environment_arguments":
      return otherArguments(text)
    case "environment_load":
      if (/^independent_scoring cannot be used/.test(text)) return fix("without independent scoring", { independent_scoring: false })
      return Object.keys(objectOf(config.env_args)).length > 0 ? fix("with other arguments", {}, "env_args") : null
    case "environment_scoring":
      if (/(Authentication|PermissionDenied)Error$/.test(exception ?? "")) return fix("with another secret", {}, "custom_secrets")
      return /RateLimitError$/.test(exception ?? "") ? fewerAtOnce(config) : null
    case "environment_rollout":
      return rolloutCode(text, config)
    case "inference_rate_limit":
    case "sandbox_failed":
    case "out_of_memory":
      return fewerAtOnce(config)
    case "worker_lost":
      return /SIGKILL/.test(text) ? fewerAtOnce(config) : null
    case "inference_overlong":
      return maxTokens !== null && maxTokens > 1 ? withMaxTokens(Math.floor(maxTokens / 2)) : anotherModel
    case "inference_response":
      // More tokens help a model that has not come to its answer yet, but no answer that cannot be read.
      if (!exception?.endsWith("EmptyModelResponseError")) return custom ? fix("with another endpoint", {}, "api_base_url") : null
      return maxTokens === null ? null : withMaxTokens(maxTokens * 2)
    case "inference_rejected":
      return Object.keys(objectOf(config.sampling_args)).length > 0 ? fix("with other sampling parameters", {}, "sampling_args") : null
    case "inference_auth":
      return custom ? anotherKey(config) : anotherModel
    case "inference_unavailable":
      return custom ? fix("with another endpoint", {}, "api_base_url") : anotherModel
    case "inference_model":
    case "inference_no_key":
    case "inference_quota":
      return anotherModel
    case "budget_exceeded":
      return higherBudget(text, config)
    case "output_limit":
      return config.verbose === true ? fix("without the verbose log", { verbose: false }) : null
    default:
      return null
  }
}

/** Seconds for a rollout where the run had named none: the limit was the environment's own. */
const rolloutSeconds = 600

const concurrencyOf = (config: JsonObject) => number(config.max_concurrent) ?? runFields.max_concurrent.default

function longer(config: JsonObject, most: number): FailureFix {
  const minutes = number(config.timeout_minutes) ?? Math.min(limits.timeoutMinutesDefault, most)
  if (minutes >= most) {
    const atOnce = concurrencyOf(config) * 2
    return fix(`with ${atOnce} rollouts at the same time`, { max_concurrent: atOnce })
  }
  const next = Math.min(minutes * 2, most)
  return fix(`with ${next / 60 === Math.floor(next / 60) ? `${next / 60} hours` : `${next} minutes`}`, { timeout_minutes: next })
}

/** The run's own budget is a setting of the run; that of its account is not. */
function higherBudget(text: string, config: JsonObject): FailureFix | null {
  if (!text.startsWith("The run's budget")) return null
  const usd = number(config.max_cost_usd)
  const tokens = number(config.max_total_tokens)
  if (/^The run's budget of [\d,]+ tokens/.test(text))
    return tokens === null ? null : fix(`with a budget of ${(tokens * 2).toLocaleString("en-US")} tokens`, { max_total_tokens: tokens * 2 })
  if (usd === null || usd >= limits.budgetUsdMax) return null
  const next = Math.min(usd * 2, limits.budgetUsdMax)
  return fix(`with a budget of $${next.toLocaleString("en-US", { maximumFractionDigits: 6 })}`, { max_cost_usd: next })
}

function fewerAtOnce(config: JsonObject): FailureFix | null {
  const examples = number(config.num_examples) ?? 0
  const rollouts = examples > 0 ? examples * (number(config.rollouts_per_example) ?? 1) : Number.POSITIVE_INFINITY
  const atOnce = Math.floor(Math.min(concurrencyOf(config), rollouts) / 2)
  return atOnce < 1 ? null : fix(`with ${atOnce} ${atOnce === 1 ? "rollout" : "rollouts"} at a time`, { max_concurrent: atOnce })
}

const withMaxTokens = (tokens: number) => fix(`with ${tokens} max tokens`, { sampling_args: { max_tokens: tokens } })

function permission(text: string): FailureFix | null {
  const asked = permissions.find(({ mentioned }) => mentioned.test(text))
  return asked ? fix(`with ${asked.name} access`, { [asked.field]: true }) : null
}

function otherArguments(text: string): FailureFix {
  const [, option] = /^(state_columns|independent_scoring|extra_env_kwargs|api_client_type) cannot be /.exec(text) ?? []
  if (option) return fix(`without ${option}`, { [option]: null })
  if (text.startsWith("num_examples")) return fix("with a number of examples", {}, "num_examples")
  const unexpected = /unexpected keyword argument '([^']+)'|^env_args\.([\w-]+): Extra inputs/.exec(text)?.slice(1).find(Boolean)
  if (unexpected) return fix(`without the argument ${unexpected}`, { env_args: { [unexpected]: null } })
  if (text.startsWith("env_args")) return fix("with other arguments", {}, "env_args")
  const missing = [...text.matchAll(/'([^']+)'/g)].map((found) => found[1])
  return missing.length === 1
    ? fix(`with the argument ${missing[0]}`, {}, `env_args.${missing[0]}`)
    : fix("with other arguments", {}, "env_args")
}

function rolloutCode(text: string, config: JsonObject): FailureFix | null {
  const column = /^state_columns value for '([^']+)'/.exec(text)?.[1]
  if (column && Array.isArray(config.state_columns))
    return fix(`without the state column ${column}`, { state_columns: config.state_columns.filter((name) => name !== column) })
  return config.on_rollout_exception === "abort" ? fix("and go on after errors", { on_rollout_exception: "record" }) : null
}

/** The key is a one-off secret of the run, or a variable of the environment. */
function anotherKey(config: JsonObject): FailureFix {
  const name = typeof config.api_key_var === "string" ? config.api_key_var : null
  return name && name in objectOf(config.custom_secrets)
    ? fix("with another key", { custom_secrets: { [name]: "" } })
    : fix("with another key", {}, "api_key_var")
}
