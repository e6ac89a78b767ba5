import { readFile, realpath } from "node:fs/promises"
import path from "node:path"
import type { ContainerCreateOptions } from "dockerode"
import type { Mount, Spec } from "../executor.ts"
import { pythonMounts } from "../python-mounts.ts"
import { programArgv } from "../shim.ts"
import { ownSettings, systemFolders, writeSettings } from "../system.ts"
import { emptyImage } from "./container-images.ts"

/** Where the container has the attempt's folder, for root alone. */
export const attemptInside = "/run/attempt"
/** Where the platform's own programs are inside. */
export const programsInside = "/run/sandbox"
/** The file of the attempt's folder with the program's environment variables. */
export const variablesFile = "variables.json"
/** The shim and init, besides the program's own. */
const ownProcesses = 4

/** What a container is made from: the image (null for the host's own system), the program's folder and user. */
interface Container {
  python: string
  programs: string
  image: string | null
  inside: string
  uid: number
}

/** The container of a program: the shim first, everything read-only but the program's own folder, and no network. */
export async function containerOptions(spec: Spec, { python, programs, image, inside, uid }: Container): Promise<ContainerCreateOptions> {
  const system = image ? { mounts: [], links: [] } : await systemFolders()
  const settings = ownSettings(path.join(spec.workDir, "etc"), { uid, gid: uid, home: spec.env.HOME ?? inside })
  await writeSettings(settings.files)
  const mounts: Mount[] = [
    ...system.mounts,
    ...(await Promise.all(system.links.map(async ({ at }) => ({ source: await realpath(at), target: at, writable: false })))),
    ...settings.mounts,
    ...(await pythonMounts(python)),
    ...spec.mounts,
    { source: programs, target: programsInside, writable: false },
    { source: spec.workDir, target: attemptInside, writable: true },
    { source: path.join(inside, "tmp"), target: "/tmp", writable: true },
    { source: inside, target: inside, writable: true },
  ]
  const files = await openFiles(spec.limits.openFiles)
  return {
    Image: image ?? emptyImage,
    Entrypoint: programArgv(python, programsInside, "shim"),
    Cmd: [attemptInside, `${attemptInside}/${variablesFile}`],
    Env: ["LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"],
    User: "0:0",
    WorkingDir: "/",
    Hostname: "sandbox",
    Labels: { "hosted-evals": spec.id },
    HostConfig: {
      Mounts: lastPerTarget(mounts).map(({ source, target, writable }) => ({
        Type: "bind",
        Source: source,
        Target: target,
        ReadOnly: !writable,
      })),
      NetworkMode: "none",
      IpcMode: "private",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      // For the shim, to watch and end what runs as another user; and for init, which gives all of them up.
      CapAdd: ["SETUID", "SETGID", "SETPCAP", "NET_ADMIN", "NET_BIND_SERVICE", "KILL", "DAC_OVERRIDE", "SYS_PTRACE"],
      SecurityOpt: ["label=disable"],
      Memory: spec.limits.memoryBytes,
      MemorySwap: spec.limits.memoryBytes,
      ShmSize: Math.ceil(spec.limits.memoryBytes / 4),
      PidsLimit: spec.limits.processes + ownProcesses,
      Ulimits: [
        { Name: "nofile", Soft: files, Hard: files },
        // The limit above covers it already, but without this Podman asks for more than an engine may have to give.
        { Name: "nproc", Soft: spec.limits.processes, Hard: spec.limits.processes },
      ],
      LogConfig: { Type: "none", Config: {} },
    },
  }
}

/** The last mount of each target: an engine refuses two. */
const lastPerTarget = (mounts: readonly Mount[]): Mount[] => [...new Map(mounts.map((mount) => [mount.target, mount])).values()]

/** As many open files as are wanted, or as this process may have itself: an engine of the same machine may have no more to give. */
async function openFiles(wanted: number): Promise<number> {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(await readFile("/proc/self/limits", "utf8"))?.[1]
  return hard ? Math.min(wanted, Number(hard)) : wanted
}
