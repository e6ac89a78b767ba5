/** What the code of a run may be allowed to use beyond models, each by a toggle of the launch. */
export const permissions = {
  sandbox: { toggle: "allow_sandbox_access", label: "Allow sandbox access", what: "sandboxes" },
  instances: { toggle: "allow_instances_access", label: "Allow instances access", what: "instances" },
  tunnel: { toggle: "allow_tunnel_access", label: "Allow tunnel access", what: "tunnels" },
} as const

export type Permission = keyof typeof permissions

export const permissionNames = Object.keys(permissions) as Permission[]

/** The permissions that a run's configuration turns on. */
export const permissionsOf = (config: Record<string, unknown> | null): Permission[] =>
  permissionNames.filter((name) => config?.[permissions[name].toggle] === true)

/** What a run is told that asks for something it was not allowed. */
export const refusalOf = (name: Permission): string =>
  `This run may not use ${permissions[name].what}: it was started without ${permissions[name].label}.`
