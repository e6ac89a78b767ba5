import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises"
import path from "node:path"

/**
 * Lays a Python environment that is yet to be made over the base: the base's packages are found after its own, through a .pth file,
 * and uv is shown what is installed by copies of the base's *.dist-info folders. Packages go into the environment alone, whatever uv
 * does.
 * @param base path of the base's Python
 * @param environment an empty folder
 */
export async function layOverBase(base: string, environment: string): Promise<void> {
  const root = path.dirname(path.dirname(base))
  const python = (await readdir(path.join(root, "lib"))).find((name) => name.startsWith("python3"))
  if (!python) throw new Error(`There is no Python below ${root}`)
  const below = path.join(root, "lib", python, "site-packages")
  const own = path.join(environment, "lib", python, "site-packages")
  await mkdir(own, { recursive: true })
  const installed = (await readdir(below)).filter((name) => name.endsWith(".dist-info"))
  await Promise.all(installed.map((name) => copyFiles(path.join(below, name), path.join(own, name))))
  await writeFile(path.join(own, "base.pth"), `import site; site.addsitedir(${JSON.stringify(below)})\n`)
}

/** Copies the files of a folder, not its folders: those hold licences. No links: what an installation may write to must not be the base's. */
async function copyFiles(from: string, to: string): Promise<void> {
  await mkdir(to)
  const files = (await readdir(from, { withFileTypes: true })).filter((entry) => entry.isFile())
  await Promise.all(files.map(({ name }) => copyFile(path.join(from, name), path.join(to, name))))
}
