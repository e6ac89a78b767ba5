import { type MadePackage, ProjectProblem, packageOf, packageOfWheel, projectFiles } from "./make-package.ts"
import { type PackedFile, readZip, unpackedBytesMax } from "./zip.ts"

const filesMax = 5000
/** Folders that are never part of a project and may be huge: they are not even looked into. */
const unread = /^(\.git|\.venv|venv|node_modules|__pycache__)$/

/** A file as it was chosen or dropped, with its path below what was chosen. */
export interface ChosenFile {
  path: string
  file: File
}

/** What was chosen with a file field. */
export const chosenFiles = (files: FileList): ChosenFile[] =>
  Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file })).filter(
    ({ path }) => !path.split("/").some((part) => unread.test(part)),
  )

/** The files among dropped entries, those of folders with all below. @throws ProjectProblem when they are too many */
export async function filesBelow(roots: readonly FileSystemEntry[]): Promise<ChosenFile[]> {
  const found: ChosenFile[] = []
  const walk = async (entry: FileSystemEntry, path: string): Promise<void> => {
    if (unread.test(entry.name)) return
    if (found.length >= filesMax)
      throw new ProjectProblem(`It has more than ${filesMax} files: choose the folder of the environment alone.`)
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
      found.push({ path, file })
      return
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    for (;;) {
      // A folder is read in parts, until one is empty.
      const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
      if (part.length === 0) return
      for (const child of part) await walk(child, `${path}/${child.name}`)
    }
  }
  for (const root of roots) await walk(root, root.name)
  return found
}

/**
 * Makes a version of a wheel, a zip archive, or the files of a project.
 * @throws ProjectProblem, or Error of `readZip`, in a sentence for what cannot be published
 */
export async function packageFrom(chosen: readonly ChosenFile[]): Promise<MadePackage> {
  if (chosen.length > filesMax) throw new ProjectProblem(`It has more than ${filesMax} files: choose the folder of the environment alone.`)
  if (chosen.reduce((sum, { file }) => sum + file.size, 0) > unpackedBytesMax)
    throw new ProjectProblem(`It is larger than ${unpackedBytesMax / 1024 ** 2} MB: publish it with prime env push.`)
  // Browsers keep the functions for hashes from pages that came without encryption.
  if (!globalThis.crypto?.subtle)
    throw new ProjectProblem("Publishing from the browser needs an address with https, or localhost. Or publish with prime env push.")
  const [only] = chosen
  if (chosen.length === 1 && only) {
    const { name } = only.file
    if (/\.whl$/i.test(name)) return packageOfWheel(name, await bytesOfFile(only.file))
    if (/\.zip$/i.test(name)) return packageOf(projectFiles(await readZip(await bytesOfFile(only.file))))
    if (/\.(tar\.gz|tgz)$/i.test(name))
      throw new ProjectProblem(`${name} is not read here: unpack it and choose its folder, or make it a zip archive.`)
  }
  const files: PackedFile[] = await Promise.all(chosen.map(async ({ path, file }) => ({ path, bytes: await bytesOfFile(file) })))
  return packageOf(projectFiles(files))
}

const bytesOfFile = async (file: File): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await file.arrayBuffer())
