import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import path from "node:path"
import { promisify } from "node:util"
import { sandboxPython } from "./sandbox.ts"

const program = `
import base64, hashlib, json, sys, zipfile
name, version, requires, python, files, target = json.loads(sys.argv[1])
module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
metadata = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n" + "".join(f"Requires-Dist: {one}\\n" for one in requires)
metadata += f"Requires-Python: {python}\\n" if python else ""
files |= {f"{info}/METADATA": metadata, f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
with zipfile.ZipFile(target, "w") as wheel:
    for path, text in files.items(): wheel.writestr(path, text)
    wheel.writestr(f"{info}/RECORD", "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"]))
`

export interface TestWheel {
  path: string
  filename: string
  sha256: string
}

/** Writes a wheel into a folder. @param files of the package: paths and texts */
export async function writeWheel(
  folder: string,
  {
    name,
    version = "1.0",
    requires = [],
    python = "",
    files = {},
  }: { name: string; version?: string; requires?: string[]; python?: string; files?: Record<string, string> },
): Promise<TestWheel> {
  const filename = `${name.replace(/-/g, "_")}-${version}-py3-none-any.whl`
  const target = path.join(folder, filename)
  await promisify(execFile)(sandboxPython(), ["-I", "-c", program, JSON.stringify([name, version, requires, python, files, target])])
  return {
    path: target,
    filename,
    sha256: createHash("sha256")
      .update(await readFile(target))
      .digest("hex"),
  }
}
