import path from "node:path"
import { decrypt, environmentSecretContext, secretContext } from "../../base/crypto.ts"
import { findEnvironmentSettings } from "../../store/secrets/environment-settings.ts"
import type { EngineServices } from "../worker-context.ts"
import type { Secret } from "./masking.ts"

/** What an environment's process gets beside the platform's own variables. */
export interface Injection {
  /** Variables by name, secret or not. */
  variables: Record<string, string>
  /** Files by the name of the variable that will hold their path. */
  files: Record<string, Buffer>
  /** What must not show up in logs and samples. */
  secrets: Secret[]
}

/**
 * Gathers what is set for an environment. The same name more than once: variables yield to linked global secrets, these to the
 * environment's own secrets, and all of them to one-off secrets of the run.
 * @param mayUseSecrets secrets are for those who have a role in the environment's owner: to others, who run it because it is a sample,
 *   they would leak (a custom endpoint can be told to expect any of them as its key, which a launch by a runner may not say either)
 */
export async function gatherInjection(
  services: Pick<EngineServices, "db" | "config">,
  environmentId: string | null,
  mayUseSecrets: boolean,
  oneOff: Record<string, string> = {},
): Promise<Injection> {
  const { secretKey } = services.config
  const { variables, linked, own } = environmentId
    ? await findEnvironmentSettings(services.db, environmentId)
    : { variables: [], linked: [], own: [] }
  const found = new Map<string, { value: string; kind: "variable" | "secret" | "file" }>()
  for (const { name, value } of variables) found.set(name, { value, kind: "variable" })
  if (mayUseSecrets) {
    for (const { secret } of linked)
      found.set(secret.name, {
        value: open(secretKey, secret.name, secret.sealed, secretContext(secret.id)),
        kind: secret.isFile ? "file" : "secret",
      })
    for (const { id, name, sealed } of own)
      found.set(name, { value: open(secretKey, name, sealed, environmentSecretContext(id)), kind: "secret" })
  }
  for (const [name, value] of Object.entries(oneOff)) found.set(name, { value, kind: "secret" })

  const injection: Injection = { variables: {}, files: {}, secrets: [] }
  for (const [name, { value, kind }] of found) {
    if (kind !== "variable") injection.secrets.push({ name, value })
    if (kind !== "file") injection.variables[name] = value
    else {
      const content = Buffer.from(value, "base64")
      injection.files[name] = content
      injection.secrets.push({ name, value: content.toString("utf8") })
    }
  }
  return injection
}

function open(key: Buffer, name: string, sealed: Buffer, context: string): string {
  try {
    return decrypt(key, sealed, context)
  } catch (error) {
    throw new Error(`The secret ${name} cannot be decrypted: the platform's SECRET_KEY is not the one it was stored with`, { cause: error })
  }
}

/**
 * Where the files of an injection are to be: below the process's home, each for its owner only.
 * @returns contents by path; and the variables that hold the paths: the file of a secret KUBE_CONFIG is at $HOME/.secrets/KUBE_CONFIG,
 *   and so is $KUBE_CONFIG
 */
export function secretFiles(home: string, files: Injection["files"]): { files: Record<string, Buffer>; variables: Record<string, string> } {
  const placed = { files: {} as Record<string, Buffer>, variables: {} as Record<string, string> }
  for (const [name, content] of Object.entries(files)) {
    placed.variables[name] = path.join(home, ".secrets", name)
    placed.files[placed.variables[name]] = content
  }
  return placed
}
