import { spawn } from "node:child_process"
import type { ComputeReport } from "../../../contract/index.ts"
import { type EngineWord, JobRefused, type RemoteEngine, type ShipVariables } from "./remote-engine.ts"

/** How a Slurm is asked, and what for. Left out, the cluster's own defaults hold. */
export interface SlurmOptions extends Pick<RemoteEngine, "folder" | "platformUrl" | "silenceSeconds"> {
  /** As handles and runs name it. */
  name?: string
  partition?: string
  account?: string
  qos?: string
  /** What the cluster calls a GPU, such as `gpu:a100`. */
  gpuResource?: string
  /** Python 3.11 or newer, and the folder of the platform's own programs (runner/src/sandbox), as the nodes have them. */
  python: string
  programs: string
  /** The environment of Slurm's commands: PATH, and SLURM_CONF where it is not the usual one. */
  variables: Readonly<Record<string, string | undefined>>
}

const commandMs = 30_000
/** What the platform's own programs beside an attempt need of memory. */
const ownMegabytes = 128
/** What sbatch says of a job that the cluster, as it is set up, will never take. */
const refusals =
  /Requested node configuration|Invalid (generic resource|account|qos|partition)|Memory required|(processors|nodes) requested than permitted/i
/** States of a job that is over: nothing of it runs, or will. */
const over = /^(BOOT_FAIL|CANCELLED|COMPLETED|DEADLINE|FAILED|NODE_FAIL|OUT_OF_MEMORY|PREEMPTED|REVOKED|TIMEOUT)/

/**
 * Starts attempts as batch jobs of Slurm, by its commands: their output is steadier than the REST interface, whose version is in its paths. A job
 * is called as its attempt, and is not requeued: whether there is another attempt is the platform's to say.
 */
export function slurmEngine(options: SlurmOptions): RemoteEngine {
  const { partition, account, qos, gpuResource = "gpu", python, programs, variables } = options
  const ask = (command: string, argv: string[], input = "", also: object = {}) => run(command, argv, input, { ...variables, ...also })
  const statesOf = async (name: string) => {
    const { output } = await ask("squeue", ["--noheader", "--states=all", `--name=${name}`, "--format=%T|%r"])
    return output.split("\n").filter(Boolean)
  }
  return {
    kind: options.name ?? "slurm",
    folder: options.folder,
    platformUrl: options.platformUrl,
    silenceSeconds: options.silenceSeconds,

    async submit(name, ship, { cpus, gpus, limits }) {
      // Slurm takes any number of jobs of one name.
      if ((await statesOf(name)).length > 0) return
      const { ATTEMPT_URL, ATTEMPT_TOKEN }: ShipVariables = ship
      await ask(
        "sbatch",
        [
          ...["--parsable", "--no-requeue", `--job-name=${name}`, "--output=/dev/null", "--chdir=/"],
          // Its value stays out of the arguments, which everybody on this machine may read.
          "--export=ATTEMPT_URL,ATTEMPT_TOKEN",
          `--mem=${Math.ceil(limits.memoryBytes / 1024 ** 2) + ownMegabytes}M`,
          ...(cpus === undefined ? [] : [`--cpus-per-task=${cpus}`]),
          ...(gpus ? [`--gres=${gpuResource}:${gpus}`] : []),
          ...(partition ? [`--partition=${partition}`] : []),
          ...(account ? [`--account=${account}`] : []),
          ...(qos ? [`--qos=${qos}`] : []),
        ],
        `#!/bin/sh\nexec '${python}' -I -S '${programs}' ship\n`,
        { ATTEMPT_URL, ATTEMPT_TOKEN },
      ).catch((error: Error) => {
        throw refusals.test(error.message) ? new JobRefused(error.message) : error
      })
    },

    async inspect(name): Promise<EngineWord> {
      try {
        // Jobs that ended some minutes ago are not listed any more.
        const [state = "COMPLETED"] = await statesOf(name)
        const [status = "", reason = ""] = state.split("|")
        if (status === "COMPLETED") return { phase: "gone" }
        if (over.test(status)) return { phase: "gone", reason: [status, reason].filter((one) => one && one !== "None").join(": ") }
        return status === "PENDING" ? { phase: "pending", reason: reason === "None" ? "its scheduler" : reason } : { phase: "running" }
      } catch {
        return { phase: "unknown" }
      }
    },

    async cancel(name) {
      await ask("scancel", [`--name=${name}`])
    },

    async report() {
      const only = partition ? [`--partition=${partition}`] : []
      const [nodes, jobs] = await Promise.all([
        ask("sinfo", ["--noheader", "--Node", "--format=%N|%T|%C|%m|%G", ...only]),
        ask("squeue", ["--noheader", "--format=%T", ...only]),
      ])
      return reportOf(nodes.output, jobs.output)
    },
  }
}

/** What sinfo and squeue say, each a line for a node or a job. */
function reportOf(sinfo: string, squeue: string): ComputeReport {
  // A node of several partitions has a line for each.
  const nodes = [
    ...new Map(
      sinfo
        .split("\n")
        .filter(Boolean)
        .map((line) => [line.split("|")[0], line.split("|")]),
    ).values(),
  ]
  const up = nodes.filter(([, state = ""]) => /^(idle|mixed|allocated|completing)$/.test(state))
  const sum = (values: (string | undefined)[]) => values.reduce((total, value) => total + (Number(value) || 0), 0)
  // Cores as allocated/idle/other/all.
  const cores = (at: number) => sum(up.map(([, , all]) => all?.split("/")[at]))
  const gpus = sum(up.map(([, , , , resources]) => String(gpusOf(resources ?? ""))))
  const states = squeue.split("\n").filter(Boolean)
  const waiting = states.filter((state) => state === "PENDING").length
  return {
    nodes: { total: nodes.length, up: up.length },
    cpu_cores: { total: cores(3), used: cores(0) },
    memory_gb: { total: sum(up.map(([, , , megabytes]) => megabytes)) / 1024, used: null },
    gpus: gpus > 0 ? { total: gpus, used: null } : null,
    jobs: { running: states.length - waiting, waiting },
    notes: up.length > 0 ? [] : ["No node is up"],
  }
}

/** How many GPUs a node has, of all kinds: in `gpu:a100:4(S:0-1),gpu:v100:2,nic:1` there are six. */
export const gpusOf = (resources: string): number =>
  [...resources.matchAll(/(?:^|,)gpu(?::[^:,()]+)?:(\d+)/g)].reduce((total, [, count]) => total + Number(count), 0)

/** @throws Error with what the command said, when it fails or takes too long */
function run(command: string, argv: string[], input: string, env: object): Promise<{ output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { env: env as NodeJS.ProcessEnv, timeout: commandMs })
    let output = ""
    let said = ""
    child.stdout.on("data", (data) => {
      output += data
    })
    child.stderr.on("data", (data) => {
      said += data
    })
    child.on("error", reject)
    child.on("close", (code) =>
      code === 0 ? resolve({ output }) : reject(new Error(`${command} failed: ${said.trim().slice(0, 1000) || `exit code ${code}`}`)),
    )
    child.stdin.on("error", () => {})
    child.stdin.end(input)
  })
}
