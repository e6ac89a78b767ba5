import { mkdir, realpath, writeFile } from "node:fs/promises"
import path from "node:path"
import { sandboxMountPath } from "../../../contract/index.ts"
import { decrypt, sandboxSecretsContext } from "../../base/crypto.ts"
import { type Mount, type Spec, workFiles } from "../../sandbox/executor.ts"
import { pythonMounts } from "../../sandbox/python-mounts.ts"
import { programArgv } from "../../sandbox/shim.ts"
import type { SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { listTunnels } from "../../store/tunnels/tunnels.ts"
import { namesOfTunnels } from "../tunnels/names.ts"
import type { EngineServices, WorkerContext } from "../worker-context.ts"
import { makeOwnPython, platformFiles } from "./own-python.ts"

/** Folders that a container image would have for its user, empty at first. */
const ownFolders = [sandboxMountPath, "/app", "/root", "/home", "/data", "/mnt"]
/** Where the platform's own files are, inside. */
const platformFolder = "/.sandbox"
const ownPython = `${platformFolder}/python`
/** Its name in the folder that a sandbox writes. */
const pythonName = "python"
/** The files of the checkpoint that a sandbox starts with. */
const archiveName = "checkpoint.tar.gz"
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

const gibibyte = 2 ** 30
const processesMax = 512
const openFilesMax = 4096
const outputBytesMax = 64 * 1024 * 1024

/** The folders and the socket of a sandbox on this machine. */
export function sandboxPaths(config: { dataDir: string }, id: string) {
  const root = path.join(config.dataDir, "sandboxes", id)
  // What a sandbox sees of the platform (the agent's socket, the start command) is kept apart from what it may write.
  const shown = path.join(root, "shown")
  return { root, workDir: path.join(root, "work"), shown, socket: path.join(shown, "agent.sock"), archive: path.join(shown, archiveName) }
}

/** What the platform has put into the folder that a sandbox writes, as paths below it. */
export async function platformPaths(python: string): Promise<string[]> {
  return platformFiles(await realpath(python)).map((name) => `${pythonName}/${name}`)
}

/** Makes the folders of a sandbox and describes its process: the agent, with what it does first beside it. */
export async function prepareSandbox(
  { services: { config, db }, tunnelProxyPort }: Pick<WorkerContext, "services" | "tunnelProxyPort">,
  row: SandboxRecord,
  python: string,
): Promise<Spec> {
  const { workDir, shown } = sandboxPaths(config, row.id)
  await mkdir(shown, { recursive: true, mode: 0o755 })
  const first = {
    command: commandOf(row),
    archive: row.checkpointId ? { file: `${platformFolder}/shown/${archiveName}`, folder: path.join(workDir, workFiles.inside) } : null,
  }
  const hasFirst = first.command !== null || first.archive !== null
  if (hasFirst) await writeFile(path.join(shown, "start.json"), JSON.stringify(first))
  const interpreter = await realpath(python)
  const pythonFolder = path.join(workDir, workFiles.inside, pythonName)
  await makeOwnPython(pythonFolder, ownPython, interpreter)
  return {
    id: `sandbox-${row.id}`,
    workDir,
    image: row.image,
    argv: [
      ...programArgv(interpreter, `${platformFolder}/programs`, "agent"),
      `${platformFolder}/shown/agent.sock`,
      ...(hasFirst ? [`${platformFolder}/shown/start.json`] : []),
    ],
    cwd: sandboxMountPath,
    env: {
      PATH: `${systemPath}:${ownPython}/bin`,
      HOME: "/root",
      LANG: "C.UTF-8",
      ...row.environmentVars,
      ...secretsOf(config.secretKey, row),
    },
    // In an image its own Python comes first, if it has one: the packages of that one may be what the image is for.
    ...(row.environmentVars?.PATH === undefined ? { pathWithoutImage: `${ownPython}/bin:${systemPath}` } : {}),
    mounts: [
      ...(await makeOwnFolders(workDir)),
      { source: shown, target: `${platformFolder}/shown`, writable: false },
      { source: pythonFolder, target: ownPython, writable: true },
      { source: path.join(config.root, "runner/src/sandbox"), target: `${platformFolder}/programs`, writable: false },
      // After the folders: it may be below one of them.
      ...(await pythonMounts(interpreter)),
    ],
    limits: {
      memoryBytes: Math.round(row.memoryGb * gibibyte),
      processes: processesMax,
      openFiles: openFilesMax,
      diskBytes: Math.round(row.diskGb * gibibyte),
    },
    network: networkOf(config, row),
    reach: [],
    egress: { allowlist: row.networkAllowlist, denylist: row.networkDenylist },
    tunnels: (await mayCallTunnels(db, row)) ? namesOfTunnels(config, tunnelProxyPort) : undefined,
    outputBytesMax,
  }
}

/** What a sandbox may reach, whatever its own policy. */
export const networkOf = (config: EngineServices["config"], { networkAccess }: Pick<SandboxRecord, "networkAccess">): Spec["network"] =>
  networkAccess ? config.sandbox.network : "none"

/** Whether tunnels are open that the sandbox may have been made to call: an environment opens its own before it makes sandboxes. */
async function mayCallTunnels(db: EngineServices["db"], { evaluationId, userId }: SandboxRecord): Promise<boolean> {
  const { total } = await listTunnels(db, evaluationId ? { evaluationId } : { userId }, { offset: 0, limit: 1 })
  return total > 0
}

async function makeOwnFolders(workDir: string): Promise<Mount[]> {
  const mounts: Mount[] = []
  for (const target of ownFolders) {
    const source = path.join(workDir, workFiles.inside, "folders", target)
    await mkdir(source, { recursive: true })
    mounts.push({ source, target, writable: true })
  }
  return mounts
}

const commandOf = ({ startCommand: start }: SandboxRecord): string | string[] | null =>
  start === null || typeof start === "string" ? start : [start.executable, ...start.args]

function secretsOf(secretKey: Buffer, { id, sealedSecrets }: SandboxRecord): Record<string, string> {
  return sealedSecrets ? JSON.parse(decrypt(secretKey, sealedSecrets, sandboxSecretsContext(id))) : {}
}
