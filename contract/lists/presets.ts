import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"
import { HostedEvalConfig } from "../run-config/derived.ts"

const PresetName = z.string().trim().min(1).max(limits.presetNameCharactersMax)

/** A configuration that somebody keeps under a name. Secrets are in it by name, without their values. */
export const RunPreset = z
  .object({
    id: Id,
    name: z.string(),
    environment_id: Id.nullable().describe("null: for every environment"),
    eval_config: HostedEvalConfig,
    created_at: Timestamp,
  })
  .meta({ id: "RunPreset" })
export type RunPreset = z.infer<typeof RunPreset>

/** A configuration that the caller ran, with one model or with several. */
export const RecentConfiguration = z
  .object({
    evaluation_id: Id.describe("The newest run with it"),
    name: z.string(),
    models: z.array(z.string()).describe("Several where they were launched together"),
    eval_config: HostedEvalConfig,
    created_at: Timestamp,
  })
  .meta({ id: "RecentConfiguration" })
export type RecentConfiguration = z.infer<typeof RecentConfiguration>

export const ListPresetsQuery = z.object({ environment_id: z.string().min(1) })

export const ListPresetsResponse = z
  .object({
    presets: z.array(RunPreset).describe("Those for the environment and those for every one, by name"),
    recent: z.array(RecentConfiguration).describe(`The caller's last ${limits.recentConfigurations} configurations of the environment`),
  })
  .meta({ id: "ListPresetsResponse" })
export type ListPresetsResponse = z.infer<typeof ListPresetsResponse>

export const SavePresetRequest = z
  .object({
    name: PresetName,
    environment_id: z.string().min(1).nullish().describe("Without it the preset is for every environment"),
    eval_config: HostedEvalConfig.describe("The values of custom_secrets are not kept"),
  })
  .meta({ id: "SavePresetRequest" })
export type SavePresetRequest = z.infer<typeof SavePresetRequest>

export const RenamePresetRequest = z.object({ name: PresetName }).meta({ id: "RenamePresetRequest" })
