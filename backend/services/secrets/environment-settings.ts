import type {
  CreateEnvironmentSecretRequest,
  CreateVariableRequest,
  EnvironmentSecret,
  EnvironmentVariable,
  SecretLink,
  UpdateEnvironmentSecretRequest,
  UpdateVariableRequest,
} from "../../../contract/index.ts"
import { encrypt, environmentSecretContext } from "../../base/crypto.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import type { Db } from "../../store/db.ts"
import { lockEnvironment } from "../../store/environments/environments.ts"
import {
  deleteEnvironmentSecret as deleteEnvironmentSecretRow,
  deleteLink,
  deleteVariable as deleteVariableRow,
  type EnvironmentSettings,
  findEnvironmentSettings,
  insertEnvironmentSecret,
  insertLink,
  insertVariable,
  updateEnvironmentSecret as updateEnvironmentSecretRow,
  updateVariable as updateVariableRow,
} from "../../store/secrets/environment-settings.ts"
import type { EnvironmentSecretRecord, LinkRecord, SecretRecord, VariableRecord } from "../../store/secrets/secret.ts"
import type { Context } from "../context.ts"
import { requireWritable } from "../environments/find-environments.ts"
import { requireSecret } from "./global-secrets.ts"

// Whoever may change an environment may set and see what is here; nobody else learns that it exists.

const toOwn = (row: EnvironmentSecretRecord): EnvironmentSecret => ({
  id: row.id,
  name: row.name,
  source: "environment",
  description: row.description,
  isFile: false,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

const toLinked = ({ secret, link }: { secret: SecretRecord; link: LinkRecord }): EnvironmentSecret => ({
  id: secret.id,
  name: secret.name,
  source: "global-linked",
  description: secret.description,
  isFile: secret.isFile,
  createdAt: link.createdAt.toISOString(),
  updatedAt: secret.updatedAt.toISOString(),
})

const toLink = ({ link, secret }: { link: LinkRecord; secret: SecretRecord }): SecretLink => ({
  id: link.id,
  secretId: link.secretId,
  secretName: secret.name,
  environmentId: link.environmentId,
  createdAt: link.createdAt.toISOString(),
})

const toVariable = (row: VariableRecord): EnvironmentVariable => ({
  id: row.id,
  name: row.name,
  value: row.value,
  description: row.description,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** Changes what is set for an environment, alone: what is read here holds until the change is stored. */
async function change<T>(ctx: Context, environmentId: string, work: (tx: Db, settings: EnvironmentSettings) => Promise<T>): Promise<T> {
  await requireWritable(ctx, environmentId)
  return ctx.db.transaction(async (tx) => {
    await lockEnvironment(tx, environmentId)
    return work(tx, await findEnvironmentSettings(tx, environmentId))
  })
}

type Kind = "variable" | "linked secret" | "secret of its own"

/**
 * A name may stand for one thing only, with one exception: a secret of the environment's own may stand over a variable, and wins.
 * (Renaming a global secret elsewhere can still make two things meet; then the order of engine/attempt/injection.ts decides.)
 */
function checkName(settings: EnvironmentSettings, kind: Kind, name: string, exceptId: string | null = null): void {
  const taken: Record<Kind, boolean> = {
    variable: kind !== "secret of its own" && settings.variables.some((row) => row.name === name && row.id !== exceptId),
    "linked secret": settings.linked.some(({ secret }) => secret.name === name),
    "secret of its own": kind !== "variable" && settings.own.some((row) => row.name === name && row.id !== exceptId),
  }
  const by = (Object.keys(taken) as Kind[]).find((one) => taken[one])
  if (by) throw new ServiceError("conflict", `The name ${name} is taken: the environment has a ${by} of that name`)
}

// ── secrets ────────────────────────────────────────────────────────────────

/** Its own secrets and the linked ones, without their values. */
export async function listEnvironmentSecrets(ctx: Context, environmentId: string): Promise<EnvironmentSecret[]> {
  await requireWritable(ctx, environmentId)
  const { own, linked } = await findEnvironmentSettings(ctx.db, environmentId)
  return [...own.map(toOwn), ...linked.map(toLinked)]
}

export async function createEnvironmentSecret(
  ctx: Context,
  environmentId: string,
  input: CreateEnvironmentSecretRequest,
): Promise<EnvironmentSecret> {
  return change(ctx, environmentId, async (tx, settings) => {
    checkName(settings, "secret of its own", input.name)
    const id = newId()
    const sealed = encrypt(ctx.config.secretKey, input.value, environmentSecretContext(id))
    return toOwn(await insertEnvironmentSecret(tx, { id, environmentId, name: input.name, description: input.description ?? null, sealed }))
  })
}

function requireOwn({ own, linked }: EnvironmentSettings, id: string): EnvironmentSecretRecord {
  const row = own.find((one) => one.id === id)
  if (row) return row
  const link = linked.find((one) => one.secret.id === id)
  if (link)
    throw new ServiceError(
      "conflict",
      `${link.secret.name} is a global secret that is linked here: unlink it (prime env secret unlink), or change it for all (prime secret)`,
    )
  throw notFound("secret", id)
}

export async function updateEnvironmentSecret(
  ctx: Context,
  environmentId: string,
  id: string,
  input: UpdateEnvironmentSecretRequest,
): Promise<EnvironmentSecret> {
  return change(ctx, environmentId, async (tx, settings) => {
    requireOwn(settings, id)
    if (input.name) checkName(settings, "secret of its own", input.name, id)
    return toOwn(
      await updateEnvironmentSecretRow(tx, id, {
        ...(input.name ? { name: input.name } : {}),
        ...(input.value ? { sealed: encrypt(ctx.config.secretKey, input.value, environmentSecretContext(id)) } : {}),
        ...(input.description === undefined ? {} : { description: input.description }),
      }),
    )
  })
}

export async function deleteEnvironmentSecret(ctx: Context, environmentId: string, id: string): Promise<EnvironmentSecret> {
  return change(ctx, environmentId, async (tx, settings) => {
    const row = requireOwn(settings, id)
    await deleteEnvironmentSecretRow(tx, id)
    return toOwn(row)
  })
}

/** Gives a global secret to an environment, by its id. Its value stays where it is, and changes of it reach the environment. */
export async function linkSecret(ctx: Context, environmentId: string, secretId: string): Promise<SecretLink> {
  return change(ctx, environmentId, async (tx, settings) => {
    const secret = await requireSecret(ctx, secretId)
    if (settings.linked.some((one) => one.secret.id === secretId))
      throw new ServiceError("conflict", `${secret.name} is linked to this environment already`)
    checkName(settings, "linked secret", secret.name)
    return toLink({ secret, link: await insertLink(tx, { id: newId(), environmentId, secretId }) })
  })
}

/** Takes a global secret from an environment: any that is linked, also one of a member who has left. */
export async function unlinkSecret(ctx: Context, environmentId: string, secretId: string): Promise<SecretLink> {
  return change(ctx, environmentId, async (tx, { linked }) => {
    const found = linked.find((one) => one.secret.id === secretId)
    if (!found) throw new ServiceError("not_found", `No secret ${JSON.stringify(secretId)} is linked to this environment`)
    await deleteLink(tx, found.link.id)
    return toLink(found)
  })
}

// ── variables ──────────────────────────────────────────────────────────────

export async function listVariables(ctx: Context, environmentId: string): Promise<EnvironmentVariable[]> {
  await requireWritable(ctx, environmentId)
  return (await findEnvironmentSettings(ctx.db, environmentId)).variables.map(toVariable)
}

export async function createVariable(ctx: Context, environmentId: string, input: CreateVariableRequest): Promise<EnvironmentVariable> {
  return change(ctx, environmentId, async (tx, settings) => {
    checkName(settings, "variable", input.name)
    const { name, value, description = null } = input
    return toVariable(await insertVariable(tx, { id: newId(), environmentId, name, value, description }))
  })
}

function requireVariable({ variables }: EnvironmentSettings, id: string): VariableRecord {
  const row = variables.find((one) => one.id === id)
  if (!row) throw notFound("variable", id)
  return row
}

export async function updateVariable(
  ctx: Context,
  environmentId: string,
  id: string,
  input: UpdateVariableRequest,
): Promise<EnvironmentVariable> {
  return change(ctx, environmentId, async (tx, settings) => {
    requireVariable(settings, id)
    if (input.name) checkName(settings, "variable", input.name, id)
    return toVariable(
      await updateVariableRow(tx, id, {
        ...(input.name ? { name: input.name } : {}),
        ...(typeof input.value === "string" ? { value: input.value } : {}),
        ...(input.description === undefined ? {} : { description: input.description }),
      }),
    )
  })
}

export async function deleteVariable(ctx: Context, environmentId: string, id: string): Promise<EnvironmentVariable> {
  return change(ctx, environmentId, async (tx, settings) => {
    const row = requireVariable(settings, id)
    await deleteVariableRow(tx, id)
    return toVariable(row)
  })
}
