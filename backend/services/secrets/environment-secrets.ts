import type { CreateEnvironmentSecretRequest, EnvironmentSecret, UpdateEnvironmentSecretRequest } from "../../../contract/index.ts"
import { encrypt, environmentSecretContext } from "../../base/crypto.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import {
  deleteEnvironmentSecret as deleteEnvironmentSecretRow,
  type EnvironmentSettings,
  findEnvironmentSettings,
  insertEnvironmentSecret,
  updateEnvironmentSecret as updateEnvironmentSecretRow,
} from "../../store/secrets/environment-settings.ts"
import type { EnvironmentSecretRecord, LinkRecord, SecretRecord } from "../../store/secrets/secret.ts"
import type { Context } from "../context.ts"
import { requireWritable } from "../environments/find-environments.ts"
import { change, checkName } from "./change-settings.ts"
import { secretChanges } from "./changes.ts"

// Only those who may change an environment may read and set its secrets; to others they do not exist.

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
  return change(ctx, environmentId, "create secret", async (tx, settings) => {
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
  return change(ctx, environmentId, "update secret", async (tx, settings) => {
    requireOwn(settings, id)
    if (input.name) checkName(settings, "secret of its own", input.name, id)
    return toOwn(await updateEnvironmentSecretRow(tx, id, secretChanges(ctx, input, environmentSecretContext(id))))
  })
}

export async function deleteEnvironmentSecret(ctx: Context, environmentId: string, id: string): Promise<EnvironmentSecret> {
  return change(ctx, environmentId, "delete secret", async (tx, settings) => {
    const row = requireOwn(settings, id)
    await deleteEnvironmentSecretRow(tx, id)
    return toOwn(row)
  })
}
