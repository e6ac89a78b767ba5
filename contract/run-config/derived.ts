import * as z from "zod"
import type { JsonObject } from "../common.ts"
import { type RunFieldKey, runFieldList, type runFields } from "../run-config.ts"
import type { FieldKind, RunField } from "./field.ts"

type Fields = typeof runFields
type KeysWith<Trait> = { [Key in RunFieldKey]: Fields[Key] extends Trait ? Key : never }[RunFieldKey]

/** Fields of eval_config itself. */
export type ConfigKey = Exclude<RunFieldKey, KeysWith<{ in: string }>>
/** Fields that the runner's job file has under the same name. */
export type JobKey = KeysWith<{ job: true }>

type Nullish<Field> = Field extends { required: true; shape: infer Shape }
  ? Shape
  : Field extends { shape: infer Shape extends z.ZodType }
    ? z.ZodOptional<z.ZodNullable<Shape>>
    : never

const configRows = runFieldList.filter((row) => row.in === undefined)

export const HostedEvalConfig = z
  .object(
    Object.fromEntries(
      configRows.map(({ key, shape, required, description }) => {
        const given = required ? shape : shape.nullish()
        return [key, description === undefined ? given : given.describe(description)]
      }),
    ) as { [Key in ConfigKey]: Nullish<Fields[Key]> },
  )
  .meta({ id: "HostedEvalConfig" })
export type HostedEvalConfig = z.infer<typeof HostedEvalConfig>

/** The run's requests go to an endpoint of its own and do not pass the platform's inference gateway. */
export const hasOwnEndpoint = (config: unknown): boolean => Boolean((config as HostedEvalConfig | null)?.api_base_url)

const emptyValues = { json: {}, arguments: {}, secrets: {}, names: [], headers: [] } as const satisfies Partial<Record<FieldKind, unknown>>

/** Fields whose value is never missing in a job: they are required, have a default, or can be empty. */
type Certain = { required: true } | { default: unknown } | { kind: keyof typeof emptyValues }
type JobShape<Field> = Field extends { shape: infer Shape extends z.ZodType }
  ? Field extends Certain
    ? Shape
    : z.ZodNullable<Shape>
  : never

const presetOf = ({ default: preset, kind }: RunField): unknown => preset ?? (emptyValues as Partial<Record<FieldKind, unknown>>)[kind]

const jobRows = runFieldList.filter((row) => row.job)

/** The fields of the job file that come from the run's configuration. */
export const jobShape = Object.fromEntries(
  jobRows.map((row) => [row.key, row.required || presetOf(row) !== undefined ? row.shape : row.shape.nullable()]),
) as { [Key in JobKey]: JobShape<Fields[Key]> }

export type JobSettings = { [Key in JobKey]: z.infer<JobShape<Fields[Key]>> }

/** The part of the configuration for the runner, with defaults for what it leaves out; null for what has none. */
export const jobSettings = (config: JsonObject): JobSettings =>
  Object.fromEntries(jobRows.map((row) => [row.key, config[row.key] ?? presetOf(row) ?? null])) as JobSettings
