import type { Executor } from "../sandbox/executor.ts"
import { bubblewrapExecutor } from "../sandbox/executors/bubblewrap.ts"
import { dockerExecutor } from "../sandbox/executors/docker.ts"
import { canIsolate, type Isolation } from "./isolation.ts"
import { startPodman } from "./podman.ts"
import { sandboxPrograms, sandboxPython } from "./sandbox.ts"
import { canBeUnprivileged, unprivilegedBubblewrap } from "./unprivileged.ts"

export interface ExecutorCase {
  name: string
  executor: Executor
  /** The Python that its programs run on. */
  python: string
  /** Whether it can be tested here. */
  works: boolean
}

/**
 * Every executor that isolates, ready to be tested; one that does not work here fails the test file unless the machine is declared
 * as one without (see canIsolate).
 * @param tests what is tested, to be followed by "in bubblewrap"
 */
export async function isolatingExecutors(
  tests: string,
  { folder, allow }: { folder: string; allow: string[] },
): Promise<{ cases: ExecutorCase[]; stop: () => Promise<void> }> {
  const python = sandboxPython()
  const programs = sandboxPrograms
  const isRoot = process.getuid?.() === 0
  const podman = await startPodman()
  const unprivileged = canBeUnprivileged ? unprivilegedBubblewrap({ folder, allow }) : null
  const socket = podman.socket ?? "/nowhere"

  const judge = async (isolation: Isolation, name: string, executor: Executor, reason: string | null = null): Promise<ExecutorCase> => {
    const probe = await executor.probe()
    return { name, executor, python, works: canIsolate(isolation, `${tests} in ${name}`, { ...probe, reason: reason ?? probe.reason }) }
  }
  const stop = async () => {
    unprivileged?.end()
    if (podman.socket) await podman.stop()
  }
  try {
    const cases = [
      await judge("bubblewrap", "bubblewrap", bubblewrapExecutor({ python, programs, folder, allow })),
      await judge("containers", "docker", dockerExecutor({ python, programs, folder, allow, socket, image: null }), podman.reason),
    ]
    const name = "bubblewrap of a platform that is not root"
    if (unprivileged) cases.push({ ...(await judge("unprivileged", name, unprivileged.executor)), python: unprivileged.python })
    // Everybody but root has tested that with the first case.
    else if (isRoot) canIsolate("unprivileged", `${tests} in ${name}`, { ok: false, reason: "there is no /usr/bin/python3" })
    return { cases, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
