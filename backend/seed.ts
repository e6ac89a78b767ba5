import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { createGzip } from "node:zlib"
import { parse as parseToml } from "smol-toml"
import { pack } from "tar-stream"
import { address } from "../contract/address.ts"
import { endpoints } from "../contract/index.ts"
import type { Platform } from "./platform.ts"
import { markAsSample } from "./store/environments/environments.ts"
import { inTurn } from "./store/in-turn.ts"

const run = promisify(execFile)
const buildMinutesMax = 5
const skipped = /^(\.|dist$|build$|outputs$|__pycache__$|tests$)|\.egg-info$/

/**
 * Publishes the sample environments that are not published yet, exactly as `prime env push` does: the same requests, through the
 * same API. They are marked as samples, which everybody may run: no request can do that. Of workers that start at once one does it; the
 * others wait, and find them.
 */
export const publishSamples = (platform: Platform): Promise<void> =>
  inTurn(platform.services.config.databaseUrl, "samples", () => publishAll(platform))

async function publishAll(platform: Platform): Promise<void> {
  const { config, log } = platform.services
  const root = path.join(config.root, "environments")
  for (const name of await readdir(root).catch(() => [])) {
    const folder = path.join(root, name)
    if (!(await stat(path.join(folder, "pyproject.toml")).catch(() => null))) continue
    if (await publishFolder(platform, folder, { isSample: true })) log.info({ environment: name }, "sample environment published")
  }
}

interface Project {
  name: string
  version: string
  description?: string
  tags?: string[]
  dependencies?: string[]
  "requires-python"?: string
}

/** Publishes one folder with a pyproject.toml. False when this content is published already. */
export async function publishFolder(platform: Platform, folder: string, { isSample = false } = {}): Promise<boolean> {
  const ownerId = await platform.ownerId()
  const call = async (path: string, body: object | null): Promise<Record<string, unknown>> => {
    const response = await platform.fetch(
      new Request(`http://platform.invalid${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: body && JSON.stringify(body),
      }),
      { userId: ownerId },
    )
    const answer = (await response.json()) as { data: Record<string, unknown>; detail?: unknown }
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer.detail)}`)
    return answer.data
  }
  const upload = async (url: unknown, bytes: Buffer) => {
    const { pathname } = new URL(String(url))
    const response = await platform.fetch(
      new Request(`http://platform.invalid${pathname}`, { method: "PUT", body: new Uint8Array(bytes) }),
      null,
    )
    if (!response.ok) throw new Error(`The upload answered ${response.status}: ${await response.text()}`)
  }

  const { project } = parseToml(await readFile(path.join(folder, "pyproject.toml"), "utf8")) as unknown as { project: Project }
  const { files, contentHash } = await sourceFiles(folder)
  const resolved = await call(address(endpoints.resolveEnvironment.path), { name: project.name, visibility: "PUBLIC" })
  const id = String(resolved.id)
  if (isSample) await markAsSample(platform.services.db, id)
  const published = await publishedVersions(platform, ownerId, resolved, project.name)
  if (published.some((version) => version.content_hash === contentHash)) return false
  if (published.some((version) => version.version === project.version)) {
    platform.services.log.warn(
      { environment: project.name },
      "the sample environment was changed but its version was not raised: the published one stays",
    )
    return false
  }

  const scratch = await mkdtemp(path.join(tmpdir(), "he-build-"))
  try {
    const { config } = platform.services
    const env = {
      ...config.installerVariables,
      HOME: config.dataDir,
      UV_CACHE_DIR: path.join(config.dataDir, "python/uv-cache"),
    } as unknown as NodeJS.ProcessEnv
    const args = [
      "build",
      "--wheel",
      "--quiet",
      "--python",
      config.pythonBase ?? "python3",
      "--no-build-isolation",
      "--out-dir",
      scratch,
      folder,
    ]
    await run(config.uv, args, { env, timeout: buildMinutesMax * 60_000 })
    const filename = (await readdir(scratch)).find((file) => file.endsWith(".whl"))
    if (!filename) throw new Error(`uv built no wheel of ${project.name}`)
    const wheel = await readFile(path.join(scratch, filename))
    const source = await sourceArchive(files)
    const metadata = {
      description: project.description ?? null,
      tags: project.tags ?? [],
      dependencies: project.dependencies ?? [],
      python_requires: project["requires-python"] ?? null,
      original_filename: filename,
    }
    const base = { content_hash: contentHash, semantic_version: project.version, metadata }
    const made = await call(address(endpoints.createWheel.path, { environment_id: id }), {
      ...base,
      filename,
      sha256: sha256(wheel),
      size: wheel.length,
    })
    await upload(made.upload_url, wheel)
    await call(address(endpoints.finalizeWheel.path, { environment_id: id, wheel_id: String(made.wheel_id) }), null)
    const archive = `${project.name}-${project.version}-${contentHash.slice(0, 8)}.tar.gz`
    const version = await call(address(endpoints.createVersion.path, { environment_id: id }), {
      ...base,
      filename: archive,
      sha256: sha256(source),
    })
    await upload(version.upload_url, source)
    await call(address(endpoints.finalizeVersion.path, { environment_id: id, version_id: String(version.version_id) }), null)
    return true
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function publishedVersions(
  platform: Platform,
  ownerId: string,
  resolved: Record<string, unknown>,
  name: string,
): Promise<{ content_hash: string; version: string }[]> {
  const owner = (resolved.owner as { name: string }).name
  const response = await platform.fetch(
    new Request(`http://platform.invalid${address(endpoints.listEnvironmentVersions.path, { owner, name })}`),
    { userId: ownerId },
  )
  if (!response.ok) throw new Error(`The versions of ${owner}/${name} could not be listed: ${await response.text()}`)
  return ((await response.json()) as { data: { versions: { content_hash: string; version: string }[] } }).data.versions
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex")

interface SourceFile {
  name: string
  bytes: Buffer
}

/** The files of a package in the order of their paths, and the hash that the prime CLI would push: `file:<path>` and the bytes of each. */
async function sourceFiles(folder: string): Promise<{ files: SourceFile[]; contentHash: string }> {
  const files: SourceFile[] = []
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
      if (skipped.test(entry.name)) continue
      const name = below ? `${below}/${entry.name}` : entry.name
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) files.push({ name, bytes: await readFile(path.join(folder, name)) })
    }
  }
  await walk("")
  files.sort((a, b) => (a.name < b.name ? -1 : 1))
  const hash = createHash("sha256")
  for (const file of files) hash.update(`file:${file.name}`).update(file.bytes)
  return { files, contentHash: hash.digest("hex") }
}

async function sourceArchive(files: SourceFile[]): Promise<Buffer> {
  const archive = pack()
  for (const file of files) archive.entry({ name: file.name, mtime: new Date(0) }, file.bytes)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive.pipe(createGzip())) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
