import { mkdir, symlink, writeFile } from "node:fs/promises"
import path from "node:path"

/** pip of a Python that may have come without it, as some systems' own does. */
const pip = (python: string) => `#!/bin/sh
"${python}" -c 'import pip' 2>/dev/null || "${python}" -m ensurepip >/dev/null || exit
exec "${python}" -m pip "$@"
`

/**
 * Makes a Python environment that a sandbox may install into with pip: the machine's own is read-only there, and pip refuses to change
 * one that the system manages.
 * @param folder an empty folder
 * @param inside its path in the sandbox
 * @param interpreter path of the Python, on both sides
 */
export async function makeOwnPython(folder: string, inside: string, interpreter: string): Promise<void> {
  const bin = path.join(folder, "bin")
  await mkdir(bin, { recursive: true })
  const version = versionOf(interpreter)
  for (const name of pythonNames(interpreter)) await symlink(interpreter, path.join(bin, name))
  for (const name of pipNames) await writeFile(path.join(bin, name), pip(path.join(inside, "bin/python")), { mode: 0o755 })
  // Where pip is, when the Python has it.
  await writeFile(path.join(folder, "pyvenv.cfg"), `home = ${path.dirname(interpreter)}\ninclude-system-site-packages = true\n`)
  // Now, so that a program that was started before an installation finds what was installed.
  if (version) await mkdir(path.join(folder, "lib", `python${version}`, "site-packages"), { recursive: true })
}

/** Its files that are not the sandbox's own, as paths below its folder: another sandbox gets its own. */
export const platformFiles = (interpreter: string): string[] => [
  "pyvenv.cfg",
  ...[...pythonNames(interpreter), ...pipNames].map((name) => `bin/${name}`),
]

const pipNames = ["pip", "pip3"]

const versionOf = (interpreter: string): string | undefined => /^python(3\.\d+)$/.exec(path.basename(interpreter))?.[1]

function pythonNames(interpreter: string): string[] {
  const version = versionOf(interpreter)
  return ["python", "python3", ...(version ? [`python${version}`] : [])]
}
