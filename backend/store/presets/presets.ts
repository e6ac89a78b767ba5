import { and, asc, count, desc, eq, isNull, or, sql } from "drizzle-orm"
import { type JsonObject, pilotTag } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { evaluations, runPresets } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"

const presetFields = {
  id: runPresets.id,
  userId: runPresets.userId,
  environmentId: runPresets.environmentId,
  name: runPresets.name,
  config: runPresets.config,
  createdAt: runPresets.createdAt,
}

export type PresetRecord = Selected<typeof presetFields>

/** A person's presets for an environment and those for all, by name: their number is limited where they are saved. */
export const listPresets = (db: Db, userId: string, environmentId: string): Promise<PresetRecord[]> =>
  db
    .select(presetFields)
    .from(runPresets)
    .where(and(eq(runPresets.userId, userId), or(eq(runPresets.environmentId, environmentId), isNull(runPresets.environmentId))))
    .orderBy(asc(runPresets.name), asc(runPresets.id))

/** Of all environments. */
export async function countPresets(db: Db, userId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(runPresets).where(eq(runPresets.userId, userId))
  return row?.count ?? 0
}

/** Lets one request at a time change a person's presets, until the transaction ends. */
export async function lockPresets(tx: Db, userId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('presets'), hashtext(${userId}))`)
}

export const findPreset = async (db: Db, userId: string, id: string): Promise<PresetRecord | undefined> =>
  (
    await db
      .select(presetFields)
      .from(runPresets)
      .where(and(eq(runPresets.userId, userId), eq(runPresets.id, id)))
  )[0]

/** The preset that has a name already, for an environment or (null) for all. */
export const findPresetByName = async (
  db: Db,
  { userId, environmentId, name }: Pick<PresetRecord, "userId" | "environmentId" | "name">,
): Promise<PresetRecord | undefined> =>
  (
    await db
      .select(presetFields)
      .from(runPresets)
      .where(
        and(
          eq(runPresets.userId, userId),
          sql`coalesce(${runPresets.environmentId}, '') = ${environmentId ?? ""}`,
          eq(runPresets.name, name),
        ),
      )
  )[0]

export async function insertPreset(db: Db, values: NewOf<typeof presetFields>): Promise<PresetRecord> {
  const [row] = await db
    .insert(runPresets)
    .values(toRow(runPresets, presetFields, values))
    .returning(presetFields)
  return row as PresetRecord
}

export async function updatePreset(db: Db, id: string, values: { name: string } | { config: JsonObject }): Promise<PresetRecord> {
  const [row] = await db.update(runPresets).set(values).where(eq(runPresets.id, id)).returning(presetFields)
  return row as PresetRecord
}

/** @returns whether the person had a preset of that id */
export async function deletePreset(db: Db, userId: string, id: string): Promise<boolean> {
  const deleted = await db
    .delete(runPresets)
    .where(and(eq(runPresets.userId, userId), eq(runPresets.id, id)))
    .returning({ id: runPresets.id })
  return deleted.length > 0
}

/** How many of a person's last runs are looked at for configurations that are not the same. */
const runsMax = 50

export interface LaunchedConfiguration {
  id: string
  name: string
  suiteId: string | null
  modelName: string | null
  config: JsonObject | null
  createdAt: Date
}

/** What a person last ran of an environment, newest first. Pilots are a smaller size of something else. */
export const listLaunched = (db: Db, viewer: Viewer, environmentId: string): Promise<LaunchedConfiguration[]> =>
  db
    .select({
      id: evaluations.id,
      name: evaluations.name,
      suiteId: evaluations.suiteId,
      modelName: evaluations.modelName,
      config: evaluations.evalConfig,
      createdAt: evaluations.createdAt,
    })
    .from(evaluations)
    .where(
      and(
        ownedBy(evaluations, viewer),
        eq(evaluations.userId, viewer.userId ?? ""),
        eq(evaluations.environmentId, environmentId),
        eq(evaluations.isHosted, true),
        sql`not ${pilotTag} = any(${evaluations.tags})`,
      ),
    )
    .orderBy(desc(evaluations.createdAt), desc(evaluations.id))
    .limit(runsMax)
