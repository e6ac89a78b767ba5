import { type Endpoint, endpoints, type OperationId } from "../../../contract/index.ts"
import { asMarkupSentence, asTerminalLog, inertMarkup, withoutClosingTags } from "./markup.ts"

type Rewrite = (text: string) => string

const environment = { description: inertMarkup }
const evaluation = { error_message: asMarkupSentence, model_name: inertMarkup }

/** A rewrite of one text, of an object's fields, or, as a list of one, of every entry of a list. */
type Fields = Rewrite | { [name: string]: Fields } | [Fields]

/** What the CLI prints as markup without escaping it, by operation. */
const printed: Partial<Record<OperationId, Fields>> = {
  listEnvironments: { data: [environment] },
  getEnvironment: { data: { ...environment, metadata: environment } },
  getEnvironmentStatus: { data: environment },
  getEnvironmentActionLogs: { data: { logs: asTerminalLog } },
  listEvaluations: { evaluations: [evaluation] },
  getEvaluation: evaluation,
  getHostedEvaluationLogs: { logs: asTerminalLog },
  listTeams: { data: [{ name: inertMarkup }] },
  createTeam: { data: { name: inertMarkup } },
  listSecrets: { data: [{ description: inertMarkup }] },
  getSecret: { data: { description: inertMarkup } },
  createSecret: { data: { description: inertMarkup } },
  updateSecret: { data: { description: inertMarkup } },
  listEnvironmentSecrets: { data: [{ description: inertMarkup }] },
  createEnvironmentSecret: { data: { description: inertMarkup } },
  updateEnvironmentSecret: { data: { description: inertMarkup } },
  listEnvironmentVariables: { data: [{ description: inertMarkup, value: withoutClosingTags }] },
  createEnvironmentVariable: { data: { description: inertMarkup } },
  updateEnvironmentVariable: { data: { description: inertMarkup } },
}

const byEndpoint = new Map<Endpoint, Fields>(Object.entries(printed).map(([id, fields]) => [endpoints[id as OperationId], fields]))

/** The answer as the prime CLI prints it without harm; the same object where nothing of it is printed as markup. */
export function printableAnswer<T>(entry: Endpoint, answer: T): T {
  const fields = byEndpoint.get(entry)
  return fields ? (rewrite(answer, fields) as T) : answer
}

function rewrite(value: unknown, fields: Fields): unknown {
  if (typeof fields === "function") return typeof value === "string" ? fields(value) : value
  if (Array.isArray(fields)) return Array.isArray(value) ? value.map((entry) => rewrite(entry, fields[0])) : value
  if (value === null || typeof value !== "object") return value
  const names = Object.keys(fields).filter((name) => name in value)
  const changed = names.map((name) => [name, rewrite((value as Record<string, unknown>)[name], fields[name] as Fields)])
  return { ...value, ...Object.fromEntries(changed) }
}
