import {
  type HostedEvalConfig,
  type JsonObject,
  type ListPresetsResponse,
  limits,
  type RecentConfiguration,
  type RunPreset,
  type SavePresetRequest,
  stringifyExact,
} from "../../../contract/index.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import {
  countPresets,
  deletePreset as deleteRow,
  findPreset,
  findPresetByName,
  insertPreset,
  type LaunchedConfiguration,
  listLaunched,
  listPresets,
  lockPresets,
  type PresetRecord,
  updatePreset,
} from "../../store/presets/presets.ts"
import { type Context, requireUser } from "../context.ts"
import { maskedSecrets } from "../evaluations/launch/masked-secrets.ts"

/** As it was checked when it was saved, or launched. */
const configOf = (config: JsonObject): HostedEvalConfig => config as unknown as HostedEvalConfig

const toPreset = ({ id, name, environmentId, config, createdAt }: PresetRecord): RunPreset => ({
  id,
  name,
  environment_id: environmentId,
  eval_config: configOf(config),
  created_at: createdAt.toISOString(),
})

/** The caller's presets for an environment and for all, and what the caller last ran of it. */
export async function readPresets(ctx: Context, environmentId: string): Promise<ListPresetsResponse> {
  const userId = requireUser(ctx)
  const [presets, launched] = await Promise.all([
    listPresets(ctx.db, userId, environmentId),
    listLaunched(ctx.db, ctx.viewer, environmentId),
  ])
  return { presets: presets.map(toPreset), recent: distinct(launched) }
}

/** The newest launch of each configuration with the same models. */
function distinct(launched: readonly LaunchedConfiguration[]): RecentConfiguration[] {
  const launches = new Map<string, RecentConfiguration>()
  for (const { id, name, suiteId, modelName, config, createdAt } of launched) {
    if (config === null) continue
    const models = modelName === null ? [] : [modelName]
    const launch = launches.get(suiteId ?? id)
    if (launch) launch.models.unshift(...models)
    else
      launches.set(suiteId ?? id, {
        evaluation_id: id,
        name,
        models,
        eval_config: configOf(config),
        created_at: createdAt.toISOString(),
      })
  }
  const found = new Map<string, RecentConfiguration>()
  for (const launch of launches.values()) {
    const key = stringifyExact([launch.models, sorted(launch.eval_config)])
    if (!found.has(key)) found.set(key, launch)
  }
  return [...found.values()].slice(0, limits.recentConfigurations)
}

/** Clients write fields in different orders. */
const sorted = (config: JsonObject): [string, unknown][] => Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))

/**
 * Keeps a configuration under a name, without the values of secrets.
 * @throws ServiceError for an unknown environment, a configuration that is too large, and when the caller has as many presets as there may be
 */
export async function savePreset(ctx: Context, { name, environment_id, eval_config }: SavePresetRequest): Promise<RunPreset> {
  const userId = requireUser(ctx)
  const environmentId = environment_id ?? null
  if (environmentId !== null && !(await findEnvironmentById(ctx.db, ctx.viewer, environmentId)))
    throw notFound("environment", environmentId)
  const config = maskedSecrets(eval_config)
  if (Buffer.byteLength(stringifyExact(config)) > limits.presetBytesMax)
    throw invalid(["eval_config"], `is larger than ${limits.presetBytesMax / 1024} KiB, the most that a preset holds`)
  return ctx.db.transaction(async (tx) => {
    await lockPresets(tx, userId)
    const before = await findPresetByName(tx, { userId, environmentId, name })
    if (before) return toPreset(await updatePreset(tx, before.id, { config }))
    if ((await countPresets(tx, userId)) >= limits.presetsMax)
      throw new ServiceError("conflict", `You have ${limits.presetsMax} presets, which is the most: delete one, or replace one by its name`)
    return toPreset(await insertPreset(tx, { id: newId(), userId, environmentId, name, config }))
  })
}

/** @throws ServiceError when the caller has no preset of that id, or another one of that name */
export async function renamePreset(ctx: Context, id: string, name: string): Promise<RunPreset> {
  const userId = requireUser(ctx)
  return ctx.db.transaction(async (tx) => {
    await lockPresets(tx, userId)
    const preset = await findPreset(tx, userId, id)
    if (!preset) throw notFound("preset", id)
    const other = await findPresetByName(tx, { userId, environmentId: preset.environmentId, name })
    if (other && other.id !== id) throw invalid(["name"], `is that of another preset: ${name}`)
    return toPreset(await updatePreset(tx, id, { name }))
  })
}

/** @throws ServiceError when the caller has no preset of that id */
export async function deletePreset(ctx: Context, id: string): Promise<void> {
  if (!(await deleteRow(ctx.db, requireUser(ctx), id))) throw notFound("preset", id)
}
