import { stringifyExact } from "@/contract/text/exact-json.ts"
import { secretNames } from "./given-fields.ts"
import { replaceVariables, shellWord, variable } from "./shell-text.ts"
import type { WritableRun } from "./writable-run.ts"

/** The request itself, for a shell. The API key and the secrets are variables of that shell. */
export function writeCurl(run: WritableRun, origin: string): string {
  const { idempotency_key: _, ...request } = run.request
  const secrets = secretNames(run)
  const config = {
    ...request.eval_config,
    custom_secrets: secrets.length > 0 ? Object.fromEntries(secrets.map((name) => [name, variable(name)])) : undefined,
  }
  const body = {
    ...request,
    name: request.name ?? undefined,
    eval_config: Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)),
  }
  const json = stringifyExact(body, 2).replaceAll("'", `'\\''`)
  return [
    `curl ${shellWord(`${origin}/api/v1/hosted-evaluations`)}`,
    '-H "Authorization: Bearer $PRIME_API_KEY"',
    "-H 'Content-Type: application/json'",
    `-d '${replaceVariables(json, (name) => `'"$${name}"'`)}'`,
  ].join(" \\\n  ")
}
