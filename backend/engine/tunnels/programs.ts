import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { constants } from "node:fs"
import { access, chmod, copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises"
import { arch, homedir, platform, setPriority } from "node:os"
import path from "node:path"
import type { Config } from "../../base/config.ts"
import { toError } from "../../base/errors.ts"
import type { Log } from "../../base/log.ts"

/** The only version of frpc that prime_tunnel takes; frps goes with it. */
export const frpVersion = "0.66.0"

/** The archives of frp's release, as prime_tunnel pins them. */
const archives: Record<string, string | undefined> = {
  darwin_arm64: "eb24c3c172a20056d83379496500b92600a992f68e8ae2e27d128ce1f36d7a92",
  darwin_amd64: "9558d55a9d8bc40e22018379ea645251f803f9e2d69e7a7a2fd1588f98f8ef43",
  linux_amd64: "317a17a7adac2e6bed2d7a83dc077da91ced0d110e1636373ece8ae5ac8b578b",
  linux_arm64: "196ddaa51b716c2e99aeb2916b0a2bf55bb317494c4acdcefab36c383de950ba",
}
const archiveBytesMax = 64 * 1024 * 1024
const fetchMs = 60_000
const buildMs = 20 * 60_000
const lowestPriority = 19

export type Place = Pick<Config, "dataDir" | "root" | "tunnels" | "installerVariables">

/** Where this platform keeps frps, and frpc with the file that tells prime_tunnel its version. Runs see this folder. */
export const frpFolder = ({ dataDir }: Pick<Config, "dataDir">): string => path.join(dataDir, "frp", frpVersion)

/** The file that is written last, and that prime_tunnel looks for. */
const versionFile = ".frpc_version"

/** frps where it is already: as FRPS says, on the PATH, or from an earlier time. Null when there is none. */
export async function findServer(place: Place): Promise<string | null> {
  if (place.tunnels.frps !== null) return place.tunnels.frps
  const folders = [...(place.installerVariables.PATH ?? "").split(path.delimiter).filter(Boolean), frpFolder(place)]
  for (const folder of folders) if (await isExecutable(path.join(folder, "frps"))) return path.join(folder, "frps")
  return null
}

/**
 * frps, ready to be started. Where it is not found, frp's release is fetched, or both programs are built with Go: once.
 * @throws Error whose message says what was tried
 */
export async function prepareServer(place: Place, log: Log): Promise<string> {
  const found = await findServer(place)
  if (found !== null) {
    await versionOf(found, place)
    await placeClient(found, place)
    return found
  }
  const failures: string[] = []
  for (const [name, make] of [
    ["fetching frp", fetchPrograms],
    ["building frp with Go", buildPrograms],
  ] as const)
    try {
      log.info(`${name} ${frpVersion}, for tunnels`)
      await make(place)
      return path.join(frpFolder(place), "frps")
    } catch (error) {
      failures.push(`${name} failed: ${toError(error).message}`)
    }
  throw new Error(`frps is not on the PATH; ${failures.join("; ")}`)
}

/** Puts the frpc that lies beside frps where runs see it. Without one, clients fetch their own. */
async function placeClient(server: string, place: Place): Promise<void> {
  const folder = frpFolder(place)
  const client = path.join(path.dirname(server), "frpc")
  if (path.dirname(server) === folder || (await isFile(path.join(folder, versionFile)))) return
  if (!(await isExecutable(client)) || (await versionOf(client, place)) !== frpVersion) return
  await mkdir(folder, { recursive: true })
  await install(folder, async (made) => copyFile(client, path.join(made, "frpc"), constants.COPYFILE_FICLONE), ["frpc"])
}

/**
 * Leads prime_tunnel, which looks for frpc below its home and else downloads it, to the platform's own, also where that is still being
 * prepared.
 */
export async function placeClientIn(home: string, place: Pick<Config, "dataDir">): Promise<void> {
  const folder = frpFolder(place)
  await mkdir(folder, { recursive: true })
  const bin = path.join(home, ".prime/bin")
  await mkdir(bin, { recursive: true, mode: 0o700 })
  for (const name of ["frpc", versionFile]) await symlink(path.join(folder, name), path.join(bin, name))
}

async function fetchPrograms(place: Place): Promise<void> {
  const name = `${platform()}_${{ x64: "amd64", arm64: "arm64" }[arch() as string] ?? arch()}`
  const checksum = archives[name]
  if (!checksum) throw new Error(`frp has no release for ${name}`)
  const folder = `frp_${frpVersion}_${name}`
  const response = await fetch(`https://github.com/fatedier/frp/releases/download/v${frpVersion}/${folder}.tar.gz`, {
    signal: AbortSignal.timeout(fetchMs),
  })
  if (!response.ok || Number(response.headers.get("content-length")) > archiveBytesMax)
    throw new Error(`GitHub answered ${response.status}`)
  const archive = Buffer.from(await response.arrayBuffer())
  const got = createHash("sha256").update(archive).digest("hex")
  if (got !== checksum) throw new Error(`its checksum is ${got}, not ${checksum}`)
  await install(frpFolder(place), async (made) => {
    const file = path.join(made, "frp.tar.gz")
    await writeFile(file, archive)
    await run("tar", ["-xzf", file, "--strip-components=1", "-C", made, `${folder}/frpc`, `${folder}/frps`], place, fetchMs)
  })
}

/** Builds both programs from the Go module, at the versions that scripts/frp pins, with the least priority. */
export async function buildPrograms(place: Place): Promise<void> {
  await install(frpFolder(place), async (made) => {
    const source = path.join(made, "source")
    await cp(path.join(place.root, "scripts/frp"), source, { recursive: true })
    const packages = ["frpc", "frps"].map((name) => `github.com/fatedier/frp/cmd/${name}`)
    await run("go", ["build", "-trimpath", "-ldflags", "-s -w", "-o", `${made}/`, ...packages], { ...place, cwd: source }, buildMs)
  })
}

/** Makes programs in a folder of their own, and moves them to where they belong; frpc's version last. */
async function install(folder: string, make: (made: string) => Promise<void>, names = ["frps", "frpc"]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const made = await mkdtemp(`${folder}.`)
  try {
    await make(made)
    for (const name of names) {
      await chmod(path.join(made, name), 0o755)
      await rename(path.join(made, name), path.join(folder, name))
    }
    await writeFile(path.join(made, versionFile), frpVersion)
    await rename(path.join(made, versionFile), path.join(folder, versionFile))
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

/** @throws Error when the program does not run */
const versionOf = async (program: string, place: Place): Promise<string> => (await run(program, ["--version"], place, 30_000)).trim()

function run(program: string, argv: string[], { installerVariables, cwd }: Place & { cwd?: string }, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...installerVariables, HOME: homedir(), CGO_ENABLED: "0" }
    const child = execFile(program, argv, { cwd, env: env as unknown as NodeJS.ProcessEnv, timeout }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const missing = (error as { code?: unknown }).code === "ENOENT"
      reject(new Error(missing ? `there is no ${program}` : stderr.trim().split("\n").slice(-3).join(" ") || error.message))
    })
    if (child.pid) setPriority(child.pid, lowestPriority)
  })
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
const isFile = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    () => false,
  )
