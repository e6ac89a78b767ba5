import type { Dispatcher } from "undici"
import type { Config } from "../base/config.ts"
import type { ProviderConfig } from "../base/settings.ts"

/** An OpenAI-compatible server and how its models are named here. */
export interface Provider extends ProviderConfig {
  /** Put before the provider's own model ids, so that two providers may serve a model of one name. */
  prefix: string
  key: string | null
  /**
   * Who set it: the platform itself, the operator's file, a variable with the operator's key, or a person. Those that are only looked for on
   * this machine may not be running, and are left out quietly when they do not answer.
   */
  source: "platform" | "file" | "variable" | "found" | "person"
  /** What is known besides of one that a person added. */
  owned?: {
    id: string
    /** Changes with every change of it. */
    revision: string
    isLimited: boolean
    /** Ids of models that it is said to have, whether or not it lists them. */
    typed: string[]
    /** Connects where people's addresses may lead. */
    dispatcher: Dispatcher
  }
}

const readyMade: (Omit<ProviderConfig, "prices"> & { prefix: string })[] = [
  { id: "openai", name: "OpenAI", base_url: "https://api.openai.com/v1", key_var: "OPENAI_API_KEY", prefix: "openai/" },
  { id: "anthropic", name: "Anthropic", base_url: "https://api.anthropic.com/v1", key_var: "ANTHROPIC_API_KEY", prefix: "anthropic/" },
  { id: "openrouter", name: "OpenRouter", base_url: "https://openrouter.ai/api/v1", key_var: "OPENROUTER_API_KEY", prefix: "openrouter/" },
  { id: "together", name: "Together AI", base_url: "https://api.together.xyz/v1", key_var: "TOGETHER_API_KEY", prefix: "together/" },
  { id: "groq", name: "Groq", base_url: "https://api.groq.com/openai/v1", key_var: "GROQ_API_KEY", prefix: "groq/" },
  { id: "deepseek", name: "DeepSeek", base_url: "https://api.deepseek.com/v1", key_var: "DEEPSEEK_API_KEY", prefix: "deepseek/" },
  { id: "mistral", name: "Mistral AI", base_url: "https://api.mistral.ai/v1", key_var: "MISTRAL_API_KEY", prefix: "mistral/" },
  { id: "ollama", name: "Ollama on this machine", base_url: "http://127.0.0.1:11434/v1", prefix: "ollama/" },
  { id: "vllm", name: "vLLM on this machine", base_url: "http://127.0.0.1:8000/v1", prefix: "vllm/" },
  { id: "sglang", name: "SGLang on this machine", base_url: "http://127.0.0.1:30000/v1", prefix: "sglang/" },
  { id: "llamacpp", name: "llama.cpp on this machine", base_url: "http://127.0.0.1:8080/v1", prefix: "llamacpp/" },
  { id: "lmstudio", name: "LM Studio on this machine", base_url: "http://127.0.0.1:1234/v1", prefix: "lmstudio/" },
  // Last, because its ids have no prefix of their own: openai/gpt-4.1-mini is OpenAI's when OpenAI's key is here.
  { id: "prime", name: "Prime Inference", base_url: "https://api.pinference.ai/api/v1", key_var: "PRIME_INFERENCE_API_KEY", prefix: "" },
]

/**
 * Providers that are switched on: the demo models, the model of this machine, those of the configuration file, ready-made ones whose key
 * variable is set, and local servers. A configured provider replaces a ready-made one of the same id.
 */
export function activeProviders(config: Pick<Config, "providers" | "modelsUrl" | "localModelFolder" | "variable">): Provider[] {
  const configured = config.providers.map((provider) => ({ ...provider, prefix: `${provider.id}/`, source: "file" as const }))
  const known = new Set(configured.map((provider) => provider.id))
  const own = (id: string, name: string, prefix: string): Omit<Provider, "key"> => ({
    id,
    name,
    base_url: `${config.modelsUrl}/${id}/v1`,
    prefix,
    prices: {},
    source: "platform" as const,
  })
  const all = [
    own("demo", "Demo (scripted)", ""),
    ...configured,
    ...(config.localModelFolder && !known.has("local") ? [own("local", "On this machine", "local/")] : []),
    ...readyMade
      .filter((provider) => !known.has(provider.id))
      .map((provider) => ({ ...provider, prices: {}, source: provider.key_var ? ("variable" as const) : ("found" as const) })),
  ]
  return all
    .map((provider) => ({ ...provider, key: ("key_var" in provider && provider.key_var && config.variable(provider.key_var)) || null }))
    .filter((provider) => provider.key !== null || !("key_var" in provider) || provider.key_var === undefined)
}

/**
 * The ready-made provider of a model, by the beginning of its id, when it is switched off because its key is not set.
 * @param active ids of the providers that are switched on
 */
export function keylessProvider(modelId: string, active: ReadonlySet<string>): { name: string; keyVariable: string } | null {
  const found = readyMade.find((one) => one.key_var && one.prefix && modelId.startsWith(one.prefix) && !active.has(one.id))
  return found?.key_var ? { name: found.name, keyVariable: found.key_var } : null
}

/** The well-known providers, for people to begin with. */
export const readyMadeProviders = (): { slug: string; name: string; base_url: string; needs_key: boolean }[] =>
  readyMade.map(({ id, name, base_url, key_var }) => ({ slug: id, name, base_url, needs_key: key_var !== undefined }))
