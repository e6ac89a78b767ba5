import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { runInGroup } from "../children.mjs"

/** All that it takes on two cores that others use, too. */
const BUILD_MS = 60 * 60_000

/**
 * Builds a Go program with the least priority, at the versions that go.mod and go.sum of a folder pin.
 * @param {{ sources: string, output: string, target?: string, linkerFlags?: string }} options
 *   target: the package, that of the folder itself unless given
 */
export async function buildGo({ sources, output, target = ".", linkerFlags = "-s -w" }) {
  mkdirSync(dirname(output), { recursive: true })
  // Go may write to the folder of a module.
  const source = mkdtempSync(`${dirname(output)}-source-`)
  cpSync(sources, source, { recursive: true })
  let said = ""
  try {
    await runInGroup("go", ["-C", source, "build", "-trimpath", "-ldflags", linkerFlags, "-o", output, target], {
      env: { ...process.env, CGO_ENABLED: "0" },
      write: (text) => {
        said = `${said}${text}`.slice(-4000)
      },
      timeoutMs: BUILD_MS,
      niceness: 19,
    }).catch((error) => {
      throw new Error(`${error.message}\n${said}`)
    })
  } finally {
    rmSync(source, { recursive: true, force: true })
  }
}
