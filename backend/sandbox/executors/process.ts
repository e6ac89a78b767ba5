import { mkdir } from "node:fs/promises"
import path from "node:path"
import { type Executor, type ExecutorEntry, type ExecutorHost, type Handle, type Inspection, type Spec, workFiles } from "../executor.ts"
import { removeFolder } from "../remove-folder.ts"
import { hasStarted, inspectShim, killLeftovers, startShim, stopShim, waitingProgram } from "../shim.ts"

export const plainProcess: ExecutorEntry = { automatic: true, create: processExecutor }

/**
 * Runs programs as plain processes under a small shim that outlives this process: it collects output, holds the limits on memory,
 * disk and output, ends the whole tree and writes how it ended. No isolation beyond a process group of its own: mounts are what
 * the user of this process sees anyway, and so is the network.
 */
export function processExecutor({ python, programs }: Pick<ExecutorHost, "python" | "programs">): Executor {
  const handleOf = (spec: Spec): Handle => ({ kind: "process", id: spec.id, workDir: spec.workDir })

  async function launch(spec: Spec, input: boolean) {
    await mkdir(path.join(spec.workDir, workFiles.tmp), { recursive: true, mode: 0o700 })
    return startShim({ python, programs }, spec, null, input)
  }

  return {
    kind: "process",

    probe: async () => ({ ok: true, isolation: "none" }),

    async start(spec) {
      if (!(await hasStarted(spec.workDir))) await launch(spec, false)
      return handleOf(spec)
    },

    startWaiting: async (spec) => waitingProgram(handleOf(spec), await launch(spec, true)),

    async inspect({ workDir }): Promise<Inspection> {
      const found = await inspectShim(workDir)
      // Nobody else ends what outlived the shim, and a new attempt must not meet it.
      if (found.phase === "lost") await killLeftovers(workDir)
      return found
    },

    async stop({ workDir }, graceMs) {
      await stopShim(workDir, graceMs)
      if ((await inspectShim(workDir)).phase === "lost") await killLeftovers(workDir)
    },

    async remove(handle) {
      await this.stop(handle, 0)
      await removeFolder(handle.workDir)
    },
  }
}
