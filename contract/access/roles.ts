// Without schemas, which stand in contract/identity.ts: pages show these words.

/** What a member is in a team, from the most to the least. Of their own things, a person is the owner. */
export const accessRoles = ["owner", "editor", "runner", "viewer"] as const
export type AccessRole = (typeof accessRoles)[number]

/**
 * What somebody does with the things of an owner: look at them; launch, stop, tag, note and judge runs; publish, delete, and manage
 * secrets, providers and links; manage members and budgets.
 */
export type Act = "read" | "run" | "write" | "manage"

const actsOf: Record<AccessRole, readonly Act[]> = {
  owner: ["read", "run", "write", "manage"],
  editor: ["read", "run", "write"],
  runner: ["read", "run"],
  viewer: ["read"],
}

/** Whether a role is enough for an act. */
export const mayAct = (role: AccessRole, act: Act): boolean => actsOf[role].includes(act)

/** The roles that are enough for an act, from the most to the least. */
export const rolesFor = (act: Act): AccessRole[] => accessRoles.filter((role) => mayAct(role, act))

/** Whether the reader may do that with a thing. A platform that does not say what they are in its owner lets everybody who sees it do everything. */
export const mayDo = ({ access_role: role }: { access_role?: AccessRole | null | undefined }, act: Act): boolean =>
  !role || mayAct(role, act)

/** Why a role is too little for an act. */
export function tooLittle(act: Act, role: string): string {
  const roles = rolesFor(act)
  const words = roles.length > 1 ? `${roles.slice(0, -1).join(", ")} or ${roles.at(-1)}` : roles[0]
  return `This needs the role ${words} in the team that it belongs to, and yours is ${role}`
}

/** What each role may do, in a sentence for those who give it. */
export const roleWords: Record<AccessRole, string> = {
  owner: "May do everything, and manages members and budgets",
  editor: "Publishes and deletes, and manages secrets, providers and links",
  runner: "Launches, stops and judges runs",
  viewer: "Sees everything and changes nothing",
}

/** What an API key may be used for. Managing a team takes `write`. */
export const keyScopes = ["read", "run", "write"] as const
export type KeyScope = (typeof keyScopes)[number]

/** The scope that a key must have for an act. */
export const scopeFor = (act: Act): KeyScope => (act === "manage" ? "write" : act)

/** What each scope allows, in words for those who make a key. */
export const scopeWords: Record<KeyScope, string> = {
  read: "Look at runs, environments and usage",
  run: "Launch, stop and judge runs, and use models",
  write: "Publish, delete, and manage secrets, providers, keys and teams",
}
