import { realpath } from "node:fs/promises"
import path from "node:path"
import { type ExecutorHost, type Mount, type Spec, workFiles } from "./executor.ts"
import type { SandboxNetwork } from "./network.ts"
import { pythonMounts } from "./python-mounts.ts"
import { type Isolation, programArgv } from "./shim.ts"
import { ownSettings, systemFolders } from "./system.ts"

/** Where the platform's own programs are inside. */
const programsInside = "/run/sandbox"

/** Who and where a program in a sandbox is. */
interface Place {
  /** The user that the program becomes; null where whoever makes the sandbox is not root. */
  uid: number | null
  network: SandboxNetwork | null
  /** It is made on another machine, whose system need not have every folder that this one has. */
  isElsewhere: boolean
  /** It is given the GPUs of its machine, as far as that machine lets who makes the sandbox have them. */
  hasGpus?: boolean
}

/**
 * What drivers of NVIDIA and AMD call their devices. Which of them a job may open, the machine says (a control group of devices): a
 * sandbox that is to have GPUs shows all that are there.
 */
const gpuDevices = [
  ...[...Array(64).keys()].map((index) => `/dev/nvidia${index}`),
  ...["/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps"],
  ...["/dev/kfd", "/dev/dri"],
]

/**
 * A sandbox of namespaces, made by bubblewrap under the shim: nothing of the machine but a read-only system, what the spec names and the
 * program's own folder; no other process, no network but through the egress proxy, no privilege.
 *
 * Root makes the namespaces as root, and the program becomes another user, since root in a user namespace is root to the kernel;
 * any other user makes them in a user namespace.
 * @returns it, and the files of the work dir that it shows inside, by their paths: anybody may read them
 */
export async function bubblewrapIsolation(
  spec: Spec,
  host: Pick<ExecutorHost, "python" | "programs">,
  { uid, network, isElsewhere, hasGpus = false }: Place,
): Promise<{ isolation: Isolation; files: Record<string, string> }> {
  const inside = path.join(spec.workDir, workFiles.inside)
  const python = await realpath(host.python)
  const system = await systemFolders()
  const own: [number, number] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const [userId, groupId] = uid === null ? own : [uid, uid]
  const { files, mounts: settings } = ownSettings(path.join(spec.workDir, "etc"), {
    uid: userId,
    gid: groupId,
    home: spec.env.HOME ?? inside,
  })
  const mounts: Mount[] = [
    ...settings,
    { source: path.join(inside, "tmp"), target: "/tmp", writable: true },
    { source: host.programs, target: programsInside, writable: false },
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
  const mount = (how: string) => (one: Mount) => [...foldersAbove(one.target), how, one.source, one.target]
  const argv = [
    "bwrap",
    // As its root at first: nobody else may set up its network.
    ...(uid === null ? ["--unshare-user", "--uid", "0", "--gid", "0"] : []),
    ...["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try"],
    ...["--hostname", "sandbox", "--new-session", "--die-with-parent"],
    ...["--cap-drop", "ALL", ...rights.flatMap((right) => ["--cap-add", right])],
    ...["--proc", "/proc", "--dev", "/dev", "--size", String(Math.ceil(spec.limits.memoryBytes / 4)), "--tmpfs", "/dev/shm"],
    ...["--chmod", "1777", "/dev/shm"],
    ...(hasGpus ? gpuDevices.flatMap((device) => ["--dev-bind-try", device, device]) : []),
    ...["--remount-ro", "/dev"],
    ...system.links.flatMap(({ target, at }) => [...foldersAbove(at), "--symlink", target, at]),
    ...system.mounts.flatMap(mount(isElsewhere ? "--ro-bind-try" : "--ro-bind")),
    ...mounts.flatMap((one) => mount(one.writable ? "--bind" : "--ro-bind")(one)),
    ...["--symlink", "/tmp", "/var/tmp", "--remount-ro", "/", "--chdir", "/"],
    ...["--", ...programArgv(python, programsInside, "init")],
  ]
  return { isolation: { argv, uid, mapped: uid === null ? own : null, limited_by_engine: false, network }, files }
}

/** Makes the folders on the way to a path: those that bubblewrap makes by itself may be entered by root alone. */
function foldersAbove(target: string): string[] {
  const folders: string[] = []
  for (let folder = path.dirname(target); folder !== "/"; folder = path.dirname(folder)) folders.unshift(folder)
  return folders.flatMap((folder) => ["--perms", "0755", "--dir", folder])
}
