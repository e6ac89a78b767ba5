import { existsSync } from "node:fs"
import path from "node:path"
import { bubblewrapIsolation } from "../bubblewrap-isolation.ts"
import type { Executor, ExecutorEntry, ExecutorHost, Handle, Probe, Spec } from "../executor.ts"
import { prepareSandbox, variablesOf } from "../prepare.ts"
import { probeWith } from "../probe.ts"
import { removeFolder } from "../remove-folder.ts"
import { hasStarted, inspectShim, startShim, stopShim, waitingProgram } from "../shim.ts"
import { writeSettings } from "../system.ts"

export const bubblewrap: ExecutorEntry = { automatic: true, create: bubblewrapExecutor }

/** Runs programs in namespaces of their own, made by bubblewrap under the shim: see bubblewrap-isolation.ts. */
export function bubblewrapExecutor(options: Omit<ExecutorHost, "variables">): Executor {
  const handleOf = (spec: Spec): Handle => ({ kind: "bubblewrap", id: spec.id, workDir: spec.workDir })

  async function start(spec: Spec): Promise<Handle> {
    if (!(await hasStarted(spec.workDir))) await launch(spec, false)
    return handleOf(spec)
  }

  async function launch(spec: Spec, input: boolean) {
    const { uid, network } = await prepareSandbox(spec, options.allow)
    const { isolation, files } = await bubblewrapIsolation(spec, options, { uid, network, isElsewhere: false })
    await writeSettings(files)
    return startShim(options, { ...spec, env: variablesOf(spec, false) }, isolation, input)
  }

  const executor: Executor = {
    kind: "bubblewrap",
    async probe() {
      const no = (reason: string): Probe => ({ ok: false, isolation: "namespaces", reason })
      if (process.platform !== "linux") return no("it needs Linux")
      const found = (process.env.PATH ?? "").split(":").some((folder) => folder && existsSync(path.join(folder, "bwrap")))
      return found ? probeWith(executor, options.python, options.folder, "namespaces") : no("the package bubblewrap is not installed")
    },
    start,
    startWaiting: async (spec) => waitingProgram(handleOf(spec), await launch(spec, true)),
    inspect: ({ workDir }) => inspectShim(workDir),
    stop: ({ workDir }, graceMs) => stopShim(workDir, graceMs),
    async remove({ workDir }) {
      await stopShim(workDir, 0)
      await removeFolder(workDir)
    },
  }
  return executor
}
