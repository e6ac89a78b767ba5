import { permissionFields } from "./run-config/permission-fields.ts"

type Fields = typeof permissionFields
type PermissionField = keyof Fields
/** What the code of a run may be allowed to use beyond models, each by a switch of the run's configuration. */
export type Permission = Fields[PermissionField]["permission"]["name"]

export interface PermissionFacts {
  name: Permission
  /** The field of the configuration that grants it. */
  field: PermissionField
  label: string
  what: string
  mentioned: RegExp
}

export const permissions: readonly PermissionFacts[] = (Object.keys(permissionFields) as PermissionField[]).map((field) => {
  const { label, permission } = permissionFields[field]
  return { ...permission, field, label }
})

/** The permissions that a run's configuration grants. */
export const permissionsOf = (config: Record<string, unknown> | null): Permission[] =>
  permissions.filter(({ field }) => config?.[field] === true).map(({ name }) => name)

/** The answer to a run that asks for something it was not allowed. */
export function refusalOf(name: Permission): string {
  const asked = permissions.find((one) => one.name === name)
  return `This run may not use ${asked?.what}: it was started without ${asked?.label}.`
}
