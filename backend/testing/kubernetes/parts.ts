import { type ChildProcess, spawn } from "node:child_process"
import { openSync } from "node:fs"
import { setPriority } from "node:os"
import path from "node:path"

/** What a cluster is made of: see scripts/lib/tests/kubernetes.mjs. */
export interface Programs {
  kube: string
  image: string
  /** Debian's programs, below usr/. */
  folder: string
  /** The environment in which those run. */
  variables: Record<string, string>
}

export const programsOf = ({ kube, programs, image }: { kube: string; programs: string; image: string }): Programs => ({
  kube,
  image,
  folder: programs,
  variables: {
    PATH: `${programs}/usr/bin:${programs}/usr/sbin:/usr/sbin:/usr/bin:/sbin:/bin`,
    LD_LIBRARY_PATH: ["usr/lib", "lib"].map((folder) => path.join(programs, folder, "x86_64-linux-gnu")).join(":"),
  },
})

/** Starts a program that ends with this process, and leaves the processor to others. Its output goes to a file. */
export function startPart(command: string, argv: string[], log: string, env: Record<string, string> = {}): ChildProcess {
  const out = openSync(log, "a")
  const child = spawn("setpriv", ["--pdeathsig", "KILL", command, ...argv], {
    env: { PATH: process.env.PATH, ...env } as never,
    stdio: ["ignore", out, out],
  })
  if (child.pid) setPriority(child.pid, 10)
  return child
}
