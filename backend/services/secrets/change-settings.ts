import { ServiceError } from "../../base/errors.ts"
import type { Db } from "../../store/db.ts"
import { lockEnvironment } from "../../store/environments/environments.ts"
import { type EnvironmentSettings, findEnvironmentSettings } from "../../store/secrets/environment-settings.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { requireWritable } from "../environments/find-environments.ts"

type Did = `${"create" | "update" | "delete"} ${"variable" | "secret"}` | "link secret" | "unlink secret"

/** Changes an environment's settings under a lock: what is read here stays true until the change is stored. */
export async function change<T extends { name: string } | { secretName: string }>(
  ctx: Context,
  environmentId: string,
  did: Did,
  work: (tx: Db, settings: EnvironmentSettings) => Promise<T>,
): Promise<T> {
  const { environment, owner } = await requireWritable(ctx, environmentId)
  return ctx.db.transaction(async (tx) => {
    await lockEnvironment(tx, environmentId)
    const changed = await work(tx, await findEnvironmentSettings(tx, environmentId))
    await record(ctx, tx, {
      action: "environment.settings",
      target: { kind: "environment", id: environmentId, name: `${owner}/${environment.name}` },
      teamId: environment.teamId,
      details: { did, name: "name" in changed ? changed.name : changed.secretName },
    })
    return changed
  })
}

type Kind = "variable" | "linked secret" | "secret of its own"

/**
 * A name may be used once only, with one exception: the environment's own secret may override a variable of that name.
 * (Renaming a global secret elsewhere can still make two clash; then the order of engine/attempt/injection.ts decides.)
 */
export function checkName(settings: EnvironmentSettings, kind: Kind, name: string, exceptId: string | null = null): void {
  const taken: Record<Kind, boolean> = {
    variable: kind !== "secret of its own" && settings.variables.some((row) => row.name === name && row.id !== exceptId),
    "linked secret": settings.linked.some(({ secret }) => secret.name === name),
    "secret of its own": kind !== "variable" && settings.own.some((row) => row.name === name && row.id !== exceptId),
  }
  const by = (Object.keys(taken) as Kind[]).find((one) => taken[one])
  if (by) throw new ServiceError("conflict", `The name ${name} is taken: the environment has a ${by} of that name`)
}
