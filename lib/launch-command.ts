import type { CreateHostedEvaluationRequest } from "@/contract/index.ts"

const quoted = (text: string): string => (/^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/**
 * The same run as a `prime` command. Values of secrets are never shown: the shell fills them in.
 * Sandbox and tunnel access are on in every command line; only a TOML file can turn them off.
 */
export function toCommand(environment: string, request: CreateHostedEvaluationRequest): string {
  const config = request.eval_config
  const parts = [`prime eval run ${quoted(environment)} --hosted`]
  const flag = (name: string, value: unknown) => {
    if (value === undefined || value === null || value === false || value === "") return
    parts.push(value === true ? name : `${name} ${quoted(typeof value === "object" ? JSON.stringify(value) : String(value))}`)
  }
  flag("-m", request.inference_model)
  flag("-n", config.num_examples)
  flag("-r", config.rollouts_per_example)
  flag("--eval-name", request.name)
  flag("-a", config.env_args)
  flag("-S", config.sampling_args)
  flag("--allow-instances-access", config.allow_instances_access)
  flag("--timeout-minutes", config.timeout_minutes)
  flag("-c", config.max_concurrent)
  flag("--max-retries", config.max_retries)
  flag("-i", config.independent_scoring)
  flag("-v", config.verbose)
  flag("-C", config.state_columns?.join(","))
  flag("-x", config.extra_env_kwargs)
  flag("-b", config.api_base_url)
  flag("-k", config.api_key_var)
  flag("--api-client-type", config.api_client_type)
  for (const header of config.headers ?? []) flag("--header", header)
  const secrets = Object.keys(config.custom_secrets ?? {})
  if (secrets.length > 0) parts.push(`--custom-secrets "{${secrets.map((name) => `\\"${name}\\": \\"$${name}\\"`).join(", ")}}"`)
  return parts.join(" \\\n  ")
}
