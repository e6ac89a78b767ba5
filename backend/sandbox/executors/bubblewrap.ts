import { existsSync } from "node:fs"
import { realpath } from "node:fs/promises"
import path from "node:path"
import type { Executor, ExecutorEntry, ExecutorHost, Handle, Mount, Probe, Spec } from "../executor.ts"
import { prepareSandbox, variablesOf } from "../prepare.ts"
import { probeWith } from "../probe.ts"
import { pythonMounts } from "../python-mounts.ts"
import { removeFolder } from "../remove-folder.ts"
import { hasStarted, type Isolation, inspectShim, programArgv, startShim, stopShim, waitingProgram } from "../shim.ts"
import { ownSettings, systemFolders } from "../system.ts"

/** Where the platform's own programs are inside. */
const programsInside = "/run/sandbox"

export const bubblewrap: ExecutorEntry = { automatic: true, create: bubblewrapExecutor }

/**
 * Runs programs in namespaces of their own, made by bubblewrap under the shim: nothing of the machine but a read-only system, what
 * the spec names and the program's own folder; no other process, no network but through the egress proxy, no privilege.
 *
 * Root makes the namespaces as root, and the program becomes another user, since root in a user namespace is root to the kernel;
 * any other user makes them in a user namespace.
 */
export function bubblewrapExecutor(options: Omit<ExecutorHost, "variables">): Executor {
  const handleOf = (spec: Spec): Handle => ({ kind: "bubblewrap", id: spec.id, workDir: spec.workDir })

  async function start(spec: Spec): Promise<Handle> {
    if (!(await hasStarted(spec.workDir))) await launch(spec, false)
    return handleOf(spec)
  }

  async function launch(spec: Spec, input: boolean) {
    const { inside, uid, network } = await prepareSandbox(spec, options.allow)
    const isolation: Isolation = {
      argv: await bubblewrapArgv(spec, inside, uid),
      uid,
      mapped: uid === null ? [process.getuid?.() ?? 0, process.getgid?.() ?? 0] : null,
      limited_by_engine: false,
      network,
    }
    return startShim(options, { ...spec, env: variablesOf(spec, false) }, isolation, input)
  }

  async function bubblewrapArgv(spec: Spec, inside: string, uid: number | null): Promise<string[]> {
    const python = await realpath(options.python)
    const system = await systemFolders()
    const user = { uid: uid ?? process.getuid?.() ?? 0, gid: uid ?? process.getgid?.() ?? 0, home: spec.env.HOME ?? inside }
    const mounts: Mount[] = [
      ...system.mounts,
      ...(await ownSettings(path.join(spec.workDir, "etc"), user)),
      { source: path.join(inside, "tmp"), target: "/tmp", writable: true },
      { source: options.programs, target: programsInside, writable: false },
      ...(await pythonMounts(python)),
      ...spec.mounts,
      { source: inside, target: inside, writable: true },
    ]
    const rights = [
      "CAP_NET_ADMIN",
      "CAP_NET_BIND_SERVICE",
      "CAP_SETPCAP",
      ...(uid === null ? ["CAP_SETFCAP"] : ["CAP_SETUID", "CAP_SETGID"]),
    ]
    return [
      "bwrap",
      // As its root at first: nobody else may set up its network.
      ...(uid === null ? ["--unshare-user", "--uid", "0", "--gid", "0"] : []),
      ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"],
      ...["--hostname", "sandbox", "--new-session", "--die-with-parent"],
      ...["--cap-drop", "ALL", ...rights.flatMap((right) => ["--cap-add", right])],
      ...["--proc", "/proc", "--dev", "/dev", "--size", String(Math.ceil(spec.limits.memoryBytes / 4)), "--tmpfs", "/dev/shm"],
      ...["--chmod", "1777", "/dev/shm", "--remount-ro", "/dev"],
      ...system.links.flatMap(({ target, at }) => [...foldersAbove(at), "--symlink", target, at]),
      ...mounts.flatMap(({ source, target, writable }) => [...foldersAbove(target), writable ? "--bind" : "--ro-bind", source, target]),
      ...["--symlink", "/tmp", "/var/tmp", "--remount-ro", "/", "--chdir", "/"],
      ...["--", ...programArgv(python, programsInside, "init")],
    ]
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

/** Makes the folders on the way to a path: those that bubblewrap makes by itself may be entered by root alone. */
function foldersAbove(target: string): string[] {
  const folders: string[] = []
  for (let folder = path.dirname(target); folder !== "/"; folder = path.dirname(folder)) folders.unshift(folder)
  return folders.flatMap((folder) => ["--perms", "0755", "--dir", folder])
}
