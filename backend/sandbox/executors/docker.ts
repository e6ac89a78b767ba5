import { spawn } from "node:child_process"
import { chmod, mkdir, open, readFile, realpath, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { DockerError, docker } from "./docker-api.ts"
import { type Executor, type Handle, type Inspection, type Mount, type Spec, workFiles } from "./executor.ts"
import { proxyVariables, type SandboxNetwork, sandboxNetwork } from "./network.ts"
import { probeWith } from "./probe.ts"
import { pythonMounts } from "./python-mounts.ts"
import { removeFolder } from "./remove-folder.ts"
import { hasStarted, programArgv, readExit, spawnFile, waitForShim } from "./shim.ts"
import { ownSettings, systemFolders } from "./system.ts"
import { giveFolder, userOf } from "./users.ts"

/** An image with nothing in it: the container's system is the host's, read-only. It is made when it is missing, from no registry. */
const emptyImage = "localhost/hosted-evals-empty:latest"
const imageName = /^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/
/** A tar archive of no files: two empty blocks. */
const emptyArchive = Buffer.alloc(1024)
/** Where the container has the attempt's folder, for root alone. */
const attemptFolder = "/run/attempt"
/** Where the platform's own programs are inside. */
const programsInside = "/run/sandbox"
const proxySocket = "proxy.sock"
const variablesFile = "variables.json"
/** The shim and init, besides the program's own. */
const ownProcesses = 4
const killWithinMs = 10_000
/** Between two questions to the engine about one container; its end is seen in its files at once. */
const askEveryMs = 1000

interface Container {
  State: { Running: boolean; ExitCode: number; OOMKilled: boolean; Status: string }
}

/**
 * Runs programs in containers of a Docker Engine (or Podman) on this machine. The shim is the container's first process, so what it
 * guarantees it guarantees here too; the engine isolates, and limits memory and processes. No network but through the egress proxy, which
 * waits outside.
 */
export function dockerExecutor(options: {
  python: string
  /** The folder of the platform's own programs (runner/src/sandbox). */
  programs: string
  folder: string
  allow: string[]
  socket: string
  /** Null for the host's own system. An image must have the same system libraries' Python at the same place, or one that is mounted. */
  image: string | null
}): Executor {
  const askedAt = new Map<string, number>()
  const api = <T>(method: string, to: string, given: Parameters<typeof docker>[3] = {}) => docker<T>(options.socket, method, to, given)

  async function start(spec: Spec): Promise<Handle> {
    const asked = await askedImage(spec)
    const handle: Handle = { kind: "docker", id: spec.id, workDir: spec.workDir, ...(asked ? { image: asked } : {}) }
    if (await hasStarted(spec.workDir)) return handle
    const inside = path.join(spec.workDir, workFiles.inside)
    await mkdir(path.join(spec.workDir, workFiles.tmp), { recursive: true, mode: 0o700 })
    // The program sees its own folder at another place; this one holds the platform's word about it.
    await chmod(spec.workDir, 0o700)
    const ofRoot = await userOf(spec.id)
    if (ofRoot !== null) await giveFolder(inside, ofRoot)
    const uid = ofRoot ?? process.getuid?.() ?? 0
    const network = await sandboxNetwork(spec, options.allow, ofRoot === null ? null : ofRoot + 1)
    const isolation = {
      argv: programArgv(options.python, programsInside, "init"),
      uid,
      mapped: null,
      limited_by_engine: true,
      network: network && {
        listen: network.listen,
        own_families: network.own_families,
        proxy: null,
        socket: `${attemptFolder}/${proxySocket}`,
      },
    }
    await writeFile(path.join(spec.workDir, workFiles.spawn), spawnFile(spec, isolation, false), { mode: 0o600 })
    await writeFile(path.join(spec.workDir, variablesFile), JSON.stringify({ ...spec.env, ...proxyVariables(spec) }), { mode: 0o600 })
    if (network) await startProxy(spec.workDir, network.proxy)
    const image = asked ?? options.image
    await makeImage(image)
    await api("POST", `/containers/create?name=${nameOf(spec.id)}`, { body: await container(spec, image, inside, uid), accepted: [409] })
    try {
      await api("POST", `/containers/${nameOf(spec.id)}/start`, { accepted: [304] })
      await waitForShim(spec.workDir)
    } catch (error) {
      await discard(handle).catch(() => {})
      throw error
    }
    return handle
  }

  /** Starts the egress proxy of a container, outside; it lives as long as the container. */
  async function startProxy(workDir: string, config: SandboxNetwork["proxy"]): Promise<void> {
    const messages = await open(path.join(workDir, "shim.log"), "a", 0o600)
    await rm(path.join(workDir, proxySocket), { force: true })
    // By a relative path: the path of a socket has room for about a hundred bytes.
    const [command, ...flags] = programArgv(options.python, options.programs, "egress_proxy") as [string, ...string[]]
    const proxy = spawn(command, [...flags, "3", `./${proxySocket}`], {
      detached: true,
      cwd: workDir,
      env: {} as NodeJS.ProcessEnv,
      stdio: ["ignore", messages.fd, messages.fd, "pipe"],
    })
    proxy.on("error", () => {})
    const input = proxy.stdio[3] as NodeJS.WritableStream
    input.on("error", () => {})
    input.end(JSON.stringify(config))
    proxy.unref()
    await messages.close()
  }

  async function container(spec: Spec, image: string | null, inside: string, uid: number): Promise<object> {
    const system = image ? { mounts: [], links: [] } : await systemFolders()
    const settings = await ownSettings(path.join(spec.workDir, "etc"), { uid, gid: uid, home: spec.env.HOME ?? inside })
    const mounts: Mount[] = [
      ...system.mounts,
      ...(await Promise.all(system.links.map(async ({ at }) => ({ source: await realpath(at), target: at, writable: false })))),
      ...settings,
      ...(await pythonMounts(options.python)),
      ...spec.mounts,
      { source: options.programs, target: programsInside, writable: false },
      { source: spec.workDir, target: attemptFolder, writable: true },
      { source: path.join(inside, "tmp"), target: "/tmp", writable: true },
      { source: inside, target: inside, writable: true },
    ]
    const files = await openFiles(spec.limits.openFiles)
    return {
      Image: image ?? emptyImage,
      Entrypoint: programArgv(options.python, programsInside, "shim"),
      Cmd: [attemptFolder, `${attemptFolder}/${variablesFile}`],
      Env: ["LANG=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"],
      User: "0:0",
      WorkingDir: "/",
      Hostname: "sandbox",
      Labels: { "hosted-evals": spec.id },
      HostConfig: {
        Mounts: distinct(mounts).map(({ source, target, writable }) => ({
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
          // Limited above already; left out here, Podman wants more than an engine may have to give.
          { Name: "nproc", Soft: spec.limits.processes, Hard: spec.limits.processes },
        ],
        LogConfig: { Type: "none" },
      },
    }
  }

  /** The image that a program asks for, when the engine has it. Its name comes from a stranger. */
  async function askedImage({ image }: Spec): Promise<string | null> {
    return image && imageName.test(image) && !image.includes("..") && (await hasImage(image)) ? image : null
  }

  async function hasImage(image: string): Promise<boolean> {
    const { status } = await api("GET", `/images/${image}/json`, { accepted: [404] })
    return status !== 404
  }

  async function makeImage(image: string | null): Promise<void> {
    if (await hasImage(image ?? emptyImage)) return
    if (image) throw new Error(`There is no image ${image}: pull or build it, or leave SANDBOX_IMAGE out to use this machine's system`)
    await api("POST", `/images/create?fromSrc=-&repo=${emptyImage.slice(0, emptyImage.lastIndexOf(":"))}`, { tar: emptyArchive })
  }

  async function inspect(handle: Handle): Promise<Inspection> {
    const exit = await readExit(handle.workDir)
    if (exit) {
      askedAt.delete(handle.id)
      return exit
    }
    if (Date.now() - (askedAt.get(handle.id) ?? 0) < askEveryMs) return { phase: "running" }
    askedAt.set(handle.id, Date.now())
    try {
      const { status, body } = await api<Container>("GET", `/containers/${nameOf(handle.id)}/json`, { accepted: [404] })
      if (status !== 404 && (body.State.Running || body.State.Status === "created")) return { phase: "running" }
      const last = await readExit(handle.workDir)
      if (last) return last
      // The kernel may have chosen the shim.
      if (status !== 404 && body.State.OOMKilled) return { phase: "exited", code: body.State.ExitCode, signal: "SIGKILL", limit: "memory" }
      return { phase: "lost" }
    } catch (error) {
      if (error instanceof DockerError) throw error
      // No engine, no answer: that is not an end. The container may well go on.
      return { phase: "running" }
    }
  }

  async function stop(handle: Handle, graceMs: number): Promise<void> {
    if (!(await readExit(handle.workDir)))
      await api("POST", `/containers/${nameOf(handle.id)}/kill?signal=SIGTERM`, { accepted: [404, 409, 500] })
    for (const end = Date.now() + graceMs + killWithinMs; Date.now() < end; await sleep(25)) {
      askedAt.delete(handle.id)
      if ((await inspect(handle)).phase !== "running") break
    }
    await discard(handle)
  }

  /** Deletes a container. An engine that is just noticing its end refuses for a moment. */
  async function discard(handle: Handle): Promise<void> {
    for (const end = Date.now() + killWithinMs; ; await sleep(100)) {
      try {
        await api("DELETE", `/containers/${nameOf(handle.id)}?force=true&v=true`, { accepted: [404] })
        return
      } catch (error) {
        if (!(error instanceof DockerError) || Date.now() > end) throw error
      }
    }
  }

  const executor: Executor = {
    kind: "docker",
    probe: () => probeWith(executor, options.python, options.folder, "container"),
    start,
    inspect,
    stop,
    async remove(handle) {
      await stop(handle, 0)
      await removeFolder(handle.workDir)
    },
  }
  return executor
}

const nameOf = (id: string): string => `he-${id}`

/** The last mount of each place: an engine refuses two. */
const distinct = (mounts: readonly Mount[]): Mount[] => [...new Map(mounts.map((mount) => [mount.target, mount])).values()]

/** As many open files as are wanted, or as this process may have itself: an engine of the same machine may have no more to give. */
async function openFiles(wanted: number): Promise<number> {
  const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(await readFile("/proc/self/limits", "utf8"))?.[1]
  return hard ? Math.min(wanted, Number(hard)) : wanted
}
