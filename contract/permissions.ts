import type { RunFieldKey } from "./run-config.ts"
import { runFieldList, type runFields } from "./run-config.ts"

type Fields = typeof runFields
/** What the code of a run may be allowed to use beyond models, each by a switch of the run's configuration. */
export type Permission = {
  [Key in RunFieldKey]: Fields[Key] extends { permission: { name: infer Name extends string } } ? Name : never
}[RunFieldKey]

export interface PermissionFacts {
  name: Permission
  /** The field of the configuration that grants it. */
  field: RunFieldKey
  label: string
  what: string
  mentioned: RegExp
}

export const permissions: readonly PermissionFacts[] = runFieldList.flatMap(({ key, label, permission }) =>
  permission ? [{ ...permission, name: permission.name as Permission, field: key, label }] : [],
)

/** The permissions that a run's configuration grants. */
export const permissionsOf = (config: Record<string, unknown> | null): Permission[] =>
  permissions.filter(({ field }) => config?.[field] === true).map(({ name }) => name)

/** The answer to a run that asks for something it was not allowed. */
export function refusalOf(name: Permission): string {
  const asked = permissions.find((one) => one.name === name)
  return `This run may not use ${asked?.what}: it was started without ${asked?.label}.`
}

/** What pages say of a permission, without the table of fields, which needs the validation library. */
export interface PermissionWords extends Pick<PermissionFacts, "name" | "field" | "what"> {
  refusal: string
}

export const permissionWords: readonly PermissionWords[] = permissions.map(({ name, field, what }) => ({
  name,
  field,
  what,
  refusal: refusalOf(name),
}))
