import { type FetchGitRequest, hasCredentials } from "../../../../contract/index.ts"
import { invalid, ServiceError } from "../../../base/errors.ts"
import { zipStream } from "../../../base/zip.ts"
import { type Context, requireUser } from "../../context.ts"
import { type GitObject, PackProblem, readPack } from "./read-pack.ts"
import { isGitAddress, Remote, unreadable } from "./remote.ts"

export interface GitFile {
  path: string
  bytes: Uint8Array
}

const timeMs = 120_000
const mb = 1024 ** 2
const filesMax = 5000
const bounds = { objectsMax: 200_000, bytesMax: 128 * mb }
const packBytesMax = 64 * mb
const bytesMax = 64 * mb
const depthMax = 30

/**
 * The files below a folder of a Git repository, at a branch, a tag or a commit. Only git's own protocol over https is spoken, from this process and through the
 * guard of addresses that people give: no program is started, no hook, submodule, link or other protocol followed. The token is used and forgotten.
 * @returns the commit, and its files by their paths below the folder
 * @throws ServiceError with what is wrong with the address, or with a limit that the repository breaks
 */
export async function fetchGitFiles(
  ctx: Context,
  { url: address, ref, folder, token }: FetchGitRequest,
): Promise<{ commit: string; files: GitFile[] }> {
  requireUser(ctx)
  const url = new URL(address)
  if (!isGitAddress(url)) throw invalid(["url"], "must begin with https://")
  if (hasCredentials(address)) throw invalid(["url"], "must not hold a password: give a token instead")
  url.search = ""
  url.hash = ""
  url.pathname = url.pathname.replace(/\/+$/, "")
  const signal = AbortSignal.timeout(timeMs)
  try {
    const remote = await Remote.open(url, { dispatcher: ctx.outside, signal, token: token ?? null })
    const commit = await remote.resolve(ref ?? null)
    if (commit === undefined)
      throw unreadable(ref ? `The repository has no branch, tag or commit ${JSON.stringify(ref)}` : "The repository is empty")
    const objects = await readPack(await remote.fetchPack([commit], { withoutFiles: true, bytesMax: packBytesMax }), bounds)
    const wanted = filesBelow(objects, commit, folder ?? "")
    if (wanted.length === 0) throw unreadable(folder ? `The folder ${JSON.stringify(folder)} has no files` : "The repository has no files")
    const missing = [...new Set(wanted.map(({ oid }) => oid))].filter((oid) => !objects.has(oid))
    if (missing.length > 0) {
      const pack = await remote.fetchPack(missing, { withoutFiles: false, bytesMax: packBytesMax })
      for (const [oid, object] of await readPack(pack, bounds)) objects.set(oid, object)
    }
    const files = wanted.map(({ path, oid }) => ({ path, bytes: objectIn(objects, oid, "blob") }))
    if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > bytesMax)
      throw unreadable(`The files are larger than ${bytesMax / mb} MB: name the environment's folder alone, or publish with prime env push`)
    return { commit, files }
  } catch (error) {
    if (error instanceof ServiceError) throw error
    if (error instanceof PackProblem) throw unreadable(error.message)
    if (signal.aborted) throw unreadable(`The repository did not come within ${timeMs / 1000} seconds`)
    throw error
  }
}

/** The same as a zip archive, which browsers read as one that was chosen. */
export async function fetchGitZip(ctx: Context, request: FetchGitRequest): Promise<{ commit: string; zip: AsyncIterable<Uint8Array> }> {
  const { commit, files } = await fetchGitFiles(ctx, request)
  const content = async function* (bytes: Uint8Array) {
    yield bytes
  }
  return { commit, zip: zipStream(files.map(({ path, bytes }) => ({ name: path, content: content(bytes) }))) }
}

interface Entry {
  mode: string
  name: string
  oid: string
}

/** The files below a folder of a commit. Links and submodules are left out. @throws ServiceError for a folder that is not there */
function filesBelow(objects: Map<string, GitObject>, commit: string, folder: string): { path: string; oid: string }[] {
  let tree = /^tree ([0-9a-f]{40})$/m.exec(Buffer.from(objectIn(objects, commit, "commit")).toString("latin1"))?.[1] ?? ""
  for (const name of folder.split("/").filter((part) => part !== "" && part !== ".")) {
    const entry = entriesOf(objectIn(objects, tree, "tree")).find((one) => one.name === name)
    if (entry?.mode !== "40000") throw unreadable(`The repository has no folder ${JSON.stringify(folder)}`)
    tree = entry.oid
  }
  const files: { path: string; oid: string }[] = []
  const walk = (oid: string, below: string, depth: number) => {
    if (depth > depthMax) throw unreadable(`Its folders are nested more than ${depthMax} deep`)
    for (const { mode, name, oid: child } of entriesOf(objectIn(objects, oid, "tree"))) {
      if (mode === "40000") walk(child, `${below}${name}/`, depth + 1)
      else if (mode.startsWith("100")) files.push({ path: below + name, oid: child })
      if (files.length > filesMax) throw unreadable(`It has more than ${filesMax} files: name the folder of the environment alone`)
    }
  }
  walk(tree, "", 0)
  return files
}

/** The entries of a tree, without such as could leave it. */
function entriesOf(tree: Uint8Array): Entry[] {
  const bytes = Buffer.from(tree.buffer, tree.byteOffset, tree.byteLength)
  const entries: Entry[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const end = bytes.indexOf(0, space)
    if (space < 0 || end < 0 || end + 21 > bytes.length) throw unreadable("A folder of the repository is broken")
    const name = bytes.toString("utf8", space + 1, end)
    const isSafe = name !== "" && !/[/\\]/.test(name) && !/^\.\.?$|^\.git$/i.test(name)
    if (isSafe) entries.push({ mode: bytes.toString("latin1", at, space), name, oid: bytes.toString("hex", end + 1, end + 21) })
    at = end + 21
  }
  return entries
}

function objectIn(objects: Map<string, GitObject>, oid: string, type: GitObject["type"]): Uint8Array {
  const object = objects.get(oid)
  if (object?.type !== type) throw unreadable("The repository's server did not send what was asked for")
  return object.bytes
}
