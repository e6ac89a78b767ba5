import { execFile, spawn } from "node:child_process"
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { until } from "./until.ts"

const run = promisify(execFile)

/**
 * A container engine of its own for a test file: Podman, which speaks Docker's API, with images and containers in a folder that is
 * gone afterwards. Where there is none, why.
 */
export async function startPodman(): Promise<
  { socket: string; reason: null; stop: () => Promise<void> } | { socket: null; reason: string }
> {
  if (process.getuid?.() !== 0) return { socket: null, reason: "only root can start a container engine" }
  for (const program of ["podman", "runc"]) {
    const found = await run(program, ["--version"]).catch(() => null)
    if (!found) return { socket: null, reason: `there is no ${program}` }
  }
  const folder = await mkdtemp(path.join(tmpdir(), "he-podman-"))
  const settings = path.join(folder, "containers.conf")
  await writeFile(settings, '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\n')
  const socket = path.join(folder, "podman.sock")
  const store = ["--root", path.join(folder, "root"), "--runroot", path.join(folder, "run")]
  const env = { ...process.env, CONTAINERS_CONF: settings }
  // Its monitors leave a file named oom where they were started.
  const engine = spawn("podman", [...store, "system", "service", "-t", "0", `unix://${socket}`], { env, cwd: folder, stdio: "ignore" })
  const stop = async () => {
    engine.kill("SIGTERM")
    await run("podman", [...store, "rm", "--all", "--force"], { env }).catch(() => {})
    await run("umount", ["--recursive", path.join(folder, "root/overlay")]).catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
  const started = await until("Podman starts", () => stat(socket).catch(() => null), { seconds: 20 }).catch(() => null)
  if (started) return { socket, reason: null, stop }
  await stop()
  return { socket: null, reason: "Podman does not start" }
}
