import { endpointKeyVariable, type HostedEvalConfig, runFields } from "../../../../contract/index.ts"
import { invalid, ServiceError } from "../../../base/errors.ts"
import type { OwnedEnvironment } from "../../../store/environments/environment.ts"
import { findEnvironmentById } from "../../../store/environments/environments.ts"
import type { VersionRecord } from "../../../store/environments/version.ts"
import { findVersionById } from "../../../store/environments/versions.ts"
import { findEnvironmentSettings } from "../../../store/secrets/environment-settings.ts"
import type { Account } from "../../../store/usage/budgets.ts"
import type { Context } from "../../context.ts"
import { checkMayRun } from "../../environments/find-environments.ts"
import { may } from "../../identity/may.ts"

/** An environment that is to be run, with its latest version. */
export interface Target {
  environment: OwnedEnvironment
  version: VersionRecord
}

/** A part of a request, with the path at which it stands there. */
export interface Named {
  id: string
  field: (string | number)[]
}

/** @throws ServiceError when there is no such environment for the caller, or nothing of it was published */
export async function findTarget(ctx: Context, { id, field }: Named): Promise<Target> {
  const environment = await findEnvironmentById(ctx.db, ctx.viewer, id)
  if (!environment)
    throw new ServiceError(
      "not_found",
      `There is no environment ${JSON.stringify(id)} (${field.map((part) => (typeof part === "number" ? `[${part}]` : part)).join("")}), or you may not see it`,
    )
  checkMayRun(ctx, environment)
  const version = environment.environment.latestVersionId
    ? await findVersionById(ctx.db, environment.environment.latestVersionId)
    : undefined
  if (!version)
    throw invalid(
      field,
      `the environment ${environment.owner}/${environment.environment.name} has no published version: publish it with prime env push`,
    )
  return { environment, version }
}

/** Refuses a model that nothing here has, and an endpoint of its own without its key. @throws ServiceError with the field */
export async function checkModel(
  ctx: Context,
  { id: model, field }: Named,
  config: HostedEvalConfig,
  targets: readonly Target[],
  account: Account,
): Promise<void> {
  const { api_base_url: custom, api_key_var: keyVariable, custom_secrets: secrets } = config
  if (custom) {
    if (!runFields.api_base_url.launchable(custom)) throw invalid(["eval_config", "api_base_url"], "must be an http or https address")
    if (!Object.hasOwn(secrets ?? {}, keyVariable ?? endpointKeyVariable))
      for (const target of targets) await checkKey(ctx, target, keyVariable ?? null)
    return
  }
  if (await ctx.models.find(model, account)) return
  const keyless = ctx.models.keylessProvider(model)
  if (keyless)
    throw invalid(
      field,
      `${keyless.name}, which has ${JSON.stringify(model)}, has no key on this platform: add it under Models with a key of your own, or its operator sets ${keyless.keyVariable}. Or choose another model, or give a custom endpoint`,
    )
  const { providers } = await ctx.models.list(account)
  const silent = providers.filter((provider) => provider.error).map((provider) => `${provider.name} (${provider.error})`)
  throw invalid(
    field,
    `there is no model ${JSON.stringify(model)} here${silent.length > 0 ? `; these providers could not be asked: ${silent.join(", ")}` : ""}. Choose another model, or give a custom endpoint`,
  )
}

/**
 * The key of a custom endpoint must be something that the run will have: see engine/attempt/injection.ts for what that is.
 * @param named null where the configuration names none: an endpoint need not have a key
 */
async function checkKey(ctx: Context, { environment }: Target, named: string | null): Promise<void> {
  const { variables, linked, own } = await findEnvironmentSettings(ctx.db, environment.environment.id)
  // A key is sent to an address of the launch's own choice: only those who may set the secret may choose where it goes.
  const mayWrite = may(ctx, environment.environment, "write")
  const variable = named ?? endpointKeyVariable
  const secrets = may(ctx, environment.environment, "run") ? [...linked.map(({ secret }) => secret), ...own] : []
  const isSecret = secrets.some(({ name }) => name === variable)
  // A secret goes before a variable of its name.
  if (isSecret ? mayWrite : named === null || variables.some(({ name }) => name === variable)) return
  const label = `${environment.owner}/${environment.environment.name}`
  throw invalid(
    ["eval_config", "api_key_var"],
    mayWrite
      ? `names the variable ${variable}, which ${label} does not have: add it as a one-off secret of this run, as a secret of the environment (prime env secret create), or link a global secret of that name to it (prime env secret link)`
      : `names the variable ${variable}, which this run does not have: add it as a one-off secret. The secrets of ${label} are for those who may change it`,
  )
}
