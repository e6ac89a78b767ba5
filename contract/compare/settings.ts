import type { Evaluation } from "../evaluations.ts"
import type { FieldKind } from "../run-config/field.ts"
import { type RunFieldKey, runFieldList } from "../run-config.ts"
import { isObject } from "../samples/row-values.ts"
import { nameText, stringifyExact } from "../text/exact-json.ts"
import type { SettingDifference } from "./compare.ts"

export type ConfiguredRun = Pick<
  Evaluation,
  "model_name" | "environment" | "environment_names" | "eval_config" | "metadata" | "dataset" | "scores_of"
>

export interface Setting {
  key: string
  label: string
  value: unknown
}

/** Fields of a run that say how it is carried out and not what it measures, or that nobody else may read. */
const carriedOut: ReadonlySet<RunFieldKey> = new Set([
  ...runFieldList
    .filter(({ section }) => ["permissions", "stopping", "limits", "budget", "secrets"].includes(section))
    .map(({ key }) => key),
  "name",
  "verbose",
  "state_columns",
  "headers",
] as RunFieldKey[])

const compared = runFieldList.filter((row) => row.in === undefined && !carriedOut.has(row.key))

/** Fields that hold settings of their own, each compared by itself. */
const tables: ReadonlySet<FieldKind> = new Set(["json", "arguments"])
const tableLabels: Partial<Record<RunFieldKey, string>> = { env_args: "Argument", sampling_args: "Sampling", extra_env_kwargs: "Kwarg" }

function scoringText(weights: Record<string, number>): string {
  const given = Object.entries(weights)
  return given.length === 0
    ? "with the rubric's weights"
    : `with weights ${given.map(([name, weight]) => `${name} = ${weight}`).join(", ")}`
}

/** What a run measures, setting by setting, in the order of the launch form. */
function settingsOf(run: ConfiguredRun): Setting[] {
  const config: Record<string, unknown> = { ...run.metadata, ...run.eval_config }
  const { environment } = run
  const named = environment ? [environment.owner, environment.name].filter(Boolean).join("/") : (run.environment_names?.[0] ?? null)
  const settings: Setting[] = [
    { key: "model", label: "Model", value: run.model_name },
    { key: "environment", label: "Environment", value: named },
    { key: "version", label: "Version", value: environment?.version ?? environment?.content_hash?.slice(0, 12) ?? null },
    { key: "dataset", label: "Dataset", value: run.dataset },
    { key: "scores_of", label: "Scored again", value: run.scores_of && scoringText(run.scores_of.reward_weights) },
  ]
  for (const { key, kind, label } of compared) {
    const value = config[key]
    if (!tables.has(kind)) settings.push({ key, label, value })
    else if (isObject(value))
      for (const [name, one] of Object.entries(value))
        settings.push({ key: `${key}.${nameText(name)}`, label: settingLabel(key, nameText(name)), value: one })
  }
  return settings.filter(({ value }) => value !== null && value !== undefined && value !== "")
}

/** A model's own parameters have labels in the launch form; other names are the environment's. */
const settingLabel = (table: RunFieldKey, name: string): string =>
  runFieldList.find((row) => row.in === table && row.key === name)?.label ?? `${tableLabels[table]}: ${name}`

const ofModel = (key: string): boolean => key === "model" || key === "rollouts_per_example" || key.startsWith("sampling_args.")

/** What runs must have in common for their models to be ranked, and a text that is the same for those that have. */
export function rankedBy(run: ConfiguredRun): { key: string; settings: Setting[] } {
  const settings = settingsOf(run).filter(({ key }) => !ofModel(key))
  return { key: stringifyExact(settings.map(({ key, value }) => [key, value])), settings }
}

/** What the configurations of runs have in common, and what not. */
export function compareSettings(runs: readonly ConfiguredRun[]): { differs: SettingDifference[]; same: Setting[] } {
  const tables = runs.map((run) => new Map(settingsOf(run).map((setting) => [setting.key, setting])))
  const all = new Map(tables.flatMap((table) => [...table]))
  const differs: SettingDifference[] = []
  const same: Setting[] = []
  for (const [key, setting] of all) {
    const values = tables.map((table) => table.get(key)?.value ?? null)
    const texts = new Set(values.map((value) => stringifyExact(value)))
    if (texts.size === 1) same.push(setting)
    else differs.push({ key, label: setting.label, values })
  }
  return { differs, same }
}
