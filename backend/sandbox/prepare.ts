import { mkdir } from "node:fs/promises"
import path from "node:path"
import { type Spec, workFiles } from "./executor.ts"
import { proxyVariables, type SandboxNetwork, sandboxNetwork } from "./network.ts"
import { giveFolder, userOf } from "./users.ts"

/** What a sandbox needs before it is made, whatever makes it. */
export interface Prepared {
  /** The folder that is the program's own. */
  inside: string
  /** The user that the program becomes and its folder belongs to; null where the platform is not root. */
  uid: number | null
  network: SandboxNetwork | null
}

/** Makes the program's own folder, gives it to the program's user, and works out what of the network it may reach. */
export async function prepareSandbox(spec: Spec, allow: readonly string[]): Promise<Prepared> {
  const inside = path.join(spec.workDir, workFiles.inside)
  await mkdir(path.join(spec.workDir, workFiles.tmp), { recursive: true, mode: 0o700 })
  const uid = await userOf(spec.id)
  if (uid !== null) await giveFolder(inside, uid)
  return { inside, uid, network: await sandboxNetwork(spec, allow, uid === null ? null : uid + 1) }
}

/**
 * The variables of a program in a sandbox.
 * @param hasImage whether it gets the image that it asks for
 */
export const variablesOf = (spec: Spec, hasImage: boolean): Record<string, string> => ({
  ...spec.env,
  ...(hasImage || spec.pathWithoutImage === undefined ? {} : { PATH: spec.pathWithoutImage }),
  ...proxyVariables(spec),
})
