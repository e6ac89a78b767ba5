import { execFile, execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { until } from "./until.ts"

const exec = promisify(execFile)
const packages = ["slurmctld", "slurmd", "slurm-client", "slurm-wlm-basic-plugins", "libmunge2", "libhwloc15", "libnuma1", "libjson-c5"]

export interface Slurm {
  /** The environment of Slurm's commands. */
  variables: Record<string, string>
  /** Slurm's commands, which need nothing but the path of the configuration. */
  commands: string
  conf: string
  /** Where its nodes find this machine. */
  address: string
  /** Runs a command on a node, as its root; what it printed. */
  on: (node: "n1" | "n2", command: string) => Promise<string>
  /** What a power cut does to a node. */
  kill: (node: "n1" | "n2") => void
  stop: () => Promise<void>
}

/** Debian's packages of Slurm, unpacked into a folder that is kept; nothing is installed. */
async function unpacked(): Promise<string> {
  const root = path.join(import.meta.dirname, "../../.data/slurm")
  if (existsSync(root)) return root
  await mkdir(path.dirname(root), { recursive: true })
  const folder = await mkdtemp(`${root}-`)
  await exec("apt-get", ["download", ...packages], { cwd: folder })
  for (const name of await readdir(folder)) await exec("dpkg", ["-x", path.join(folder, name), path.join(folder, "root")])
  await rename(path.join(folder, "root"), root).catch((error) => {
    if (!existsSync(root)) throw error
  })
  await rm(folder, { recursive: true, force: true })
  return root
}

/** A Slurm of two nodes on this machine, each with a network, processes and mounts of its own. It takes root. */
export async function startSlurm(): Promise<Slurm> {
  const root = await unpacked()
  const folder = await mkdtemp(path.join(tmpdir(), "he-slurm-"))
  const number = String((process.pid % 250) + 1)
  const script = path.join(import.meta.dirname, "slurm-up.sh")
  const { stdout } = await exec("bash", [script, root, folder, String(await freePort()), number])
  const pids = new Map(
    stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.split(" ")[0] as string, Number(line.split(" ")[1])]),
  )
  const libraries = path.join(root, "usr/lib/x86_64-linux-gnu")
  const variables = {
    PATH: `${root}/usr/bin:/usr/bin:/bin`,
    LD_LIBRARY_PATH: `${libraries}:${libraries}/slurm-wlm`,
    SLURM_CONF: path.join(folder, "slurm.conf"),
  }
  const kill = (name: string) => {
    try {
      process.kill(pids.get(name) as number, "SIGKILL")
    } catch {}
  }
  await until("both nodes are idle", async () => {
    const { stdout: states } = await exec("sinfo", ["--noheader", "--Node", "--format=%t"], { env: variables as never }).catch(() => ({
      stdout: "",
    }))
    return states.split("\n").filter((state) => state === "idle").length === 2
  })
  // Their libraries are not where the system looks for them.
  const commands = path.join(folder, "commands")
  await mkdir(commands)
  for (const name of ["sbatch", "scancel", "sinfo", "squeue"]) {
    const text = `#!/bin/sh\nexport LD_LIBRARY_PATH=${variables.LD_LIBRARY_PATH}\nexec ${root}/usr/bin/${name} "$@"\n`
    await writeFile(path.join(commands, name), text, { mode: 0o755 })
  }
  return {
    variables,
    commands,
    conf: variables.SLURM_CONF,
    address: `10.97.${number}.1`,
    on: async (name, command) =>
      (await exec("nsenter", ["-t", String(pids.get(name)), "-n", "-u", "-m", "-p", "sh", "-c", command])).stdout,
    kill,
    async stop() {
      for (const name of pids.keys()) kill(name)
      execFileSync("ip", ["link", "delete", `heslurm${number}`])
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}
