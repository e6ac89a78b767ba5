import type { ErrorLink } from "./failure-row.ts"

const variableName = /^[A-Z][A-Z0-9_]*$/

/** The environment variables that an exception says are missing. */
export function missingSecrets({ type, message, variable }: Pick<ErrorLink, "type" | "message" | "variable">): string[] {
  const all = /Missing required environment variable\(s\): ([A-Z0-9_, ]+)/.exec(message)?.[1]
  if (all) return all.split(", ").filter((name) => variableName.test(name))
  if (variable) return variableName.test(variable) ? [variable] : []
  // Clients of model providers name the variable in which they looked for their key.
  const client = /credentials|api_key/i.test(message) && /^(Missing|The api_key client option must be set)/.test(message)
  if (client) return [/\b([A-Z][A-Z0-9_]*_API_KEY)\b/.exec(message)?.[1] ?? "OPENAI_API_KEY"]
  if (/Could not resolve authentication method/.test(message)) return ["ANTHROPIC_API_KEY"]
  if (/(^|\.)GatedRepoError$/.test(type)) return ["HF_TOKEN"]
  // It is not known whether os.environ raised it; a name like this is rarely the key of anything else.
  const key = /(^|\.)KeyError$/.test(type) ? /^'([A-Z][A-Z0-9]*_[A-Z0-9_]+)'$/.exec(message)?.[1] : undefined
  return key && variable === undefined ? [key] : []
}

export function missingSecretsWords(names: string[]): { explanation: string; advice: string } {
  const isOne = names.length === 1
  const list = isOne ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
  return {
    explanation: `The environment asked for the environment ${isOne ? "variable" : "variables"} ${list}, which this run did not have.`,
    advice: isOne
      ? "Give it as a one-off secret of the next run, or add it to the environment's secrets for all runs."
      : "Give them as one-off secrets of the next run, or add them to the environment's secrets for all runs.",
  }
}
