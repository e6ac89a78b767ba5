/**
 * The fields of a run that allow its code something, without their shape: pages say what was allowed or refused, and do not need the validation
 * library for it.
 */
export const permissionFields = {
  allow_sandbox_access: {
    label: "Allow sandbox access",
    help: "The environment may create sandboxes, for example to run code that the model writes.",
    section: "permissions",
    cli: { long: "--allow-sandbox-access", default: true },
    changeable: true,
    permission: { name: "sandbox", what: "sandboxes", mentioned: /sandbox/i },
  },
  allow_instances_access: {
    label: "Allow instances access",
    help: "The environment may start and stop compute instances in your account.",
    section: "permissions",
    cli: { long: "--allow-instances-access" },
    changeable: true,
    permission: { name: "instances", what: "instances", mentioned: /instance|pod/i },
  },
  allow_tunnel_access: {
    label: "Allow tunnel access",
    help: "The environment may open tunnels, which make services inside the run reachable from outside.",
    section: "permissions",
    cli: { long: "--allow-tunnel-access", default: true },
    changeable: true,
    permission: { name: "tunnel", what: "tunnels", mentioned: /tunnel/i },
  },
} as const
