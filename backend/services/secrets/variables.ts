import type { CreateVariableRequest, EnvironmentVariable, UpdateVariableRequest } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import {
  deleteVariable as deleteVariableRow,
  type EnvironmentSettings,
  findEnvironmentSettings,
  insertVariable,
  updateVariable as updateVariableRow,
} from "../../store/secrets/environment-settings.ts"
import type { VariableRecord } from "../../store/secrets/secret.ts"
import type { Context } from "../context.ts"
import { requireWritable } from "../environments/find-environments.ts"
import { change, checkName } from "./change-settings.ts"

const toVariable = (row: VariableRecord): EnvironmentVariable => ({
  id: row.id,
  name: row.name,
  value: row.value,
  description: row.description,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

export async function listVariables(ctx: Context, environmentId: string): Promise<EnvironmentVariable[]> {
  await requireWritable(ctx, environmentId)
  return (await findEnvironmentSettings(ctx.db, environmentId)).variables.map(toVariable)
}

export async function createVariable(ctx: Context, environmentId: string, input: CreateVariableRequest): Promise<EnvironmentVariable> {
  return change(ctx, environmentId, "create variable", async (tx, settings) => {
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
  return change(ctx, environmentId, "update variable", async (tx, settings) => {
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
  return change(ctx, environmentId, "delete variable", async (tx, settings) => {
    const row = requireVariable(settings, id)
    await deleteVariableRow(tx, id)
    return toVariable(row)
  })
}
