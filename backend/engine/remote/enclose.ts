import path from "node:path"
import type { Config } from "../../base/config.ts"
import { bubblewrapIsolation } from "../../sandbox/bubblewrap-isolation.ts"
import type { Spec } from "../../sandbox/executor.ts"
import { isOfThisMachine, sandboxNetwork } from "../../sandbox/network.ts"
import { variablesOf } from "../../sandbox/prepare.ts"
import type { Isolation } from "../../sandbox/shim.ts"
import { userOf } from "../../sandbox/users.ts"
import { pythonBase } from "../install/python-environments.ts"

/** The sandbox of an attempt, to be made on another machine. */
export interface Enclosure {
  isolation: Isolation
  /** The variables of the process in it. */
  variables: Record<string, string>
  /** Files that it shows of the work dir, by their paths. */
  files: Record<string, string>
}

/**
 * The sandbox that bubblewrap makes on this machine, for another one: who runs the program there has the number of who runs the platform
 * here, as on a cluster, and Python and the platform's own programs lie under the same names.
 * @param hasGpus whether it is given GPUs of that machine
 */
export async function encloseElsewhere(config: Config, spec: Spec, hasGpus: boolean): Promise<Enclosure> {
  const { root, sandbox } = config
  const uid = await userOf(spec.id)
  const allow = sandbox.allow.filter((address) => !isOfThisMachine(address))
  const network = await sandboxNetwork(spec, allow, uid === null ? null : uid + 1)
  const host = { python: pythonBase(config), programs: path.join(root, "runner/src/sandbox") }
  const { isolation, files } = await bubblewrapIsolation(spec, host, { uid, network, isElsewhere: true, hasGpus })
  return { isolation, variables: variablesOf(spec, false), files }
}
