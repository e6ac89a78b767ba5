import { mkdir } from "node:fs/promises"
import path from "node:path"
import type { Config } from "../../base/config.ts"
import { type Mount, type Spec, workFiles } from "../../sandbox/executor.ts"
import { addressOf, exactAddresses, isOfThisMachine, joinAddress } from "../../sandbox/network.ts"
import { pythonMounts } from "../../sandbox/python-mounts.ts"
import { frpFolder, placeClientIn } from "../tunnels/programs.ts"
import type { WorkerContext } from "../worker-context.ts"
import { attemptFolder, removeAttempt } from "./folder.ts"
import { keptFolder, layKeptData } from "./kept-data.ts"

/** How much of what a process prints is kept, and as much again of what it logs. */
export const outputBytesMax = 200 * 1024 * 1024
/** A rollout holds a connection or two, and thousands may be under way at once. */
const openFilesMax = 16_384

/** What a run asks for; the platform's own limits hold for what it leaves out. */
export interface RunResources {
  /** Cores and GPUs of another machine. */
  cpuCores?: number
  gpus?: number
  memoryBytes?: number
  diskBytes?: number
}

/**
 * Creates a fresh folder for an attempt, and describes what its process shares with every run and check of the version.
 * @param interpreter path of the Python that has the version installed
 */
export async function prepareSpec(
  context: Pick<WorkerContext, "services" | "python">,
  id: string,
  interpreter: string,
  resources: RunResources = {},
): Promise<Spec> {
  const workDir = attemptFolder(context, id)
  await removeAttempt(context, id)
  const home = path.join(workDir, workFiles.home)
  const temporary = path.join(workDir, workFiles.tmp)
  for (const folder of [home, temporary]) await mkdir(folder, { recursive: true, mode: 0o700 })
  const { config } = context.services
  const { workerPort, tunnels, dataDir } = config
  const base = await context.python.baseOf(interpreter)
  const kept = base.owner === null ? null : keptFolder(dataDir, base.owner)
  const isKept = kept !== null && (await layKeptData(kept, home))
  const hasTunnels = tunnels.frps !== "off"
  if (hasTunnels) await placeClientIn(home, config)
  return {
    ...processOf(config, { id, workDir, interpreter, resources }),
    mounts: [
      ...(await programMounts(config, interpreter, base.python)),
      ...(isKept ? [{ source: kept, target: kept, writable: false }] : []),
      ...(hasTunnels ? [{ source: frpFolder(config), target: frpFolder(config), writable: false }] : []),
    ],
    // Without a tunnel of its own a program has no use for the tunnel server, and that takes a token with the permission.
    reach: [`127.0.0.1:${workerPort}`, ...(hasTunnels ? [joinAddress(tunnels.localHost, tunnels.port)] : []), ...allowedBeside(config)],
  }
}

/** Addresses that every attempt may reach besides the platform's: where data sets come from, and what the operator names. */
const allowedBeside = ({ sandbox, dataVariables }: Config): string[] => [
  ...(dataVariables.HF_ENDPOINT === undefined ? [] : [addressOf(dataVariables.HF_ENDPOINT)]),
  ...exactAddresses(sandbox.allow),
]

/** The same on another machine, with what the run itself may reach, but for this machine's own addresses: there they would be that one's. */
export const reachElsewhere = (config: Config, reach: readonly string[]): string[] =>
  [...allowedBeside(config), ...reach].filter((address) => !isOfThisMachine(address))

/**
 * What the process of an environment is made of: its Python, the one that this is a layer over, and the runner.
 * @param base path of the Python of the base
 */
export async function programMounts({ root }: Pick<Config, "root">, interpreter: string, base: string): Promise<Mount[]> {
  const readOnly = (folder: string): Mount => ({ source: folder, target: folder, writable: false })
  return [
    // As a folder, whose links are not followed: whoever wrote it may have replaced its Python.
    readOnly(path.dirname(path.dirname(interpreter))),
    ...(await pythonMounts(base)),
    readOnly(path.join(root, "runner/src")),
  ]
}

/**
 * The process of an attempt, on whatever machine: what it starts, with which variables, and how much it may use.
 * @param workDir the attempt's folder on that machine
 */
export function processOf(
  { root, sandbox, dataVariables }: Config,
  { id, workDir, interpreter, resources = {} }: { id: string; workDir: string; interpreter: string; resources?: RunResources },
): Omit<Spec, "mounts" | "reach"> {
  return {
    id,
    workDir,
    // -P keeps the runner's own folder off the search path, where its files would hide an environment's modules.
    argv: [
      interpreter,
      "-P",
      path.join(root, "runner/src/hosted_runner/start.py"),
      path.join(workDir, workFiles.job),
      path.join(workDir, workFiles.events),
    ],
    env: {
      PATH: `${path.dirname(interpreter)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: path.join(workDir, workFiles.home),
      TMPDIR: path.join(workDir, workFiles.tmp),
      LANG: "C.UTF-8",
      PYTHONUNBUFFERED: "1",
      TOKENIZERS_PARALLELISM: "false",
      HF_DATASETS_DISABLE_PROGRESS_BARS: "1",
      ...dataVariables,
    },
    limits: {
      memoryBytes: resources.memoryBytes ?? sandbox.memoryBytes,
      processes: sandbox.processes,
      openFiles: openFilesMax,
      diskBytes: resources.diskBytes ?? sandbox.diskBytes,
    },
    network: sandbox.network,
    outputBytesMax,
  }
}
