import { spawn } from "node:child_process"
import { chmod, open, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import Docker, { type ContainerCreateOptions } from "dockerode"
import * as z from "zod"
import { readSettings } from "../../base/config.ts"
import { type Executor, type ExecutorEntry, type ExecutorHost, type Handle, type Inspection, type Spec, workFiles } from "../executor.ts"
import type { SandboxNetwork } from "../network.ts"
import { prepareSandbox, variablesOf } from "../prepare.ts"
import { probeWith } from "../probe.ts"
import { removeFolder } from "../remove-folder.ts"
import { hasStarted, type Isolation, programArgv, readExit, spawnFile, waitForShim } from "../shim.ts"
import { ensureImage, requestedImage, statusOf, tolerating } from "./container-images.ts"
import { attemptInside, containerOptions, programsInside, variablesFile } from "./container-options.ts"

const apiVersion = "v1.40"
const requestTimeoutMs = 60_000
const proxySocket = "proxy.sock"
const killWithinMs = 10_000
/** Between two questions to the engine about one container; its end shows in its files at once. */
const askEveryMs = 1000

const Settings = z.object({
  /** The system of containers; without it, the host's own, read-only. It must have the same Python at the same path. */
  SANDBOX_IMAGE: z.string().optional(),
  DOCKER_HOST: z
    .string()
    .regex(/^unix:\/\//, "unix:// and the path of a socket: containers share folders with the platform, so they must be on this machine")
    .default("unix:///var/run/docker.sock"),
})

export const docker: ExecutorEntry = {
  automatic: false,
  create(host) {
    const { SANDBOX_IMAGE, DOCKER_HOST } = readSettings(Settings, host.variables)
    return dockerExecutor({ ...host, socket: DOCKER_HOST.replace("unix://", ""), image: SANDBOX_IMAGE ?? null })
  },
}

/**
 * Runs programs in containers of a Docker Engine (or Podman) on this machine. The shim is the container's first process, so what it
 * guarantees it guarantees here too; the engine isolates, and limits memory and processes. No network but through the egress proxy,
 * which waits outside.
 */
export function dockerExecutor(options: Omit<ExecutorHost, "variables"> & { socket: string; image: string | null }): Executor {
  const engine = new Docker({ socketPath: options.socket, version: apiVersion, timeout: requestTimeoutMs })
  const askedAt = new Map<string, number>()
  const containerOf = (id: string) => engine.getContainer(nameOf(id))

  async function start(spec: Spec): Promise<Handle> {
    const requested = await requestedImage(engine, spec.image)
    const handle: Handle = { kind: "docker", id: spec.id, workDir: spec.workDir, ...(requested ? { image: requested } : {}) }
    if (await hasStarted(spec.workDir)) return handle
    const image = requested ?? options.image
    const { inside, uid, network } = await prepareSandbox(spec, options.allow)
    // The program sees its own folder at another path; this one holds what the platform says about it.
    await chmod(spec.workDir, 0o700)
    const user = uid ?? process.getuid?.() ?? 0
    const isolation: Isolation = {
      argv: programArgv(options.python, programsInside, "init"),
      uid: user,
      mapped: null,
      limited_by_engine: true,
      network: network && { ...network, proxy: null, socket: `${attemptInside}/${proxySocket}` },
    }
    await writeFile(path.join(spec.workDir, workFiles.spawn), spawnFile(spec, isolation, false), { mode: 0o600 })
    await writeFile(path.join(spec.workDir, variablesFile), JSON.stringify(variablesOf(spec, requested !== null)), { mode: 0o600 })
    if (network) await startProxy(spec.workDir, network.proxy)
    await ensureImage(engine, image)
    const container = await containerOptions(spec, { ...options, image, inside, uid: user })
    await tolerating([409], engine.createContainer(named(nameOf(spec.id), container)))
    try {
      await tolerating([304], containerOf(spec.id).start())
      await waitForShim(spec.workDir)
    } catch (error) {
      await discard(handle).catch(() => {})
      throw error
    }
    return handle
  }

  /** Starts the egress proxy of a container, outside of it; it lives as long as the container. */
  async function startProxy(workDir: string, config: SandboxNetwork["proxy"]): Promise<void> {
    const messages = await open(path.join(workDir, "shim.log"), "a", 0o600)
    await rm(path.join(workDir, proxySocket), { force: true })
    // By a relative path: the path of a socket has room for about a hundred bytes.
    const [command, ...flags] = programArgv(options.python, options.programs, "egress_proxy")
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

  async function inspect(handle: Handle): Promise<Inspection> {
    const exit = await readExit(handle.workDir)
    if (exit) {
      askedAt.delete(handle.id)
      return exit
    }
    if (Date.now() - (askedAt.get(handle.id) ?? 0) < askEveryMs) return { phase: "running" }
    askedAt.set(handle.id, Date.now())
    try {
      const state = (await tolerating([404], containerOf(handle.id).inspect()))?.State
      if (state && (state.Running || state.Status === "created")) return { phase: "running" }
      const last = await readExit(handle.workDir)
      if (last) return last
      // The kernel may have chosen the shim.
      if (state?.OOMKilled) return { phase: "exited", code: state.ExitCode, signal: "SIGKILL", limit: "memory" }
      return { phase: "lost" }
    } catch (error) {
      if (statusOf(error) !== undefined) throw error
      // No engine, no answer: that does not mean that the program has ended. The container may well go on.
      return { phase: "running" }
    }
  }

  async function stop(handle: Handle, graceMs: number): Promise<void> {
    if (!(await readExit(handle.workDir))) await tolerating([404, 409, 500], containerOf(handle.id).kill({ signal: "SIGTERM" }))
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
        await tolerating([404], containerOf(handle.id).remove({ force: true, v: true }))
        return
      } catch (error) {
        if (statusOf(error) === undefined || Date.now() > end) throw error
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

/** A container with its name in the query alone: by default, dockerode repeats all options there. */
const named = (name: string, body: ContainerCreateOptions) => ({ _query: { name }, _body: body }) as ContainerCreateOptions
