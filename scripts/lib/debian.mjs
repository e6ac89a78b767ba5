import { existsSync, readFileSync } from "node:fs"
import { run } from "./children.mjs"
import { step } from "./say.mjs"

// A machine that reaches no mirror should learn so soon.
const OPTIONS = ["-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20"]

/**
 * Whether system packages can be installed: by root, on one of these distributions.
 * @param {string[]} distributions their ids in /etc/os-release
 */
export function isRootOn(...distributions) {
  if (process.getuid?.() !== 0 || !existsSync("/etc/os-release")) return false
  const id = /^ID="?([a-z]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1]
  return distributions.includes(id ?? "")
}

/** @param {string} name of a program @param {NodeJS.ProcessEnv} [env] */
export const hasProgram = (name, env = process.env) =>
  (env.PATH ?? "").split(":").some((folder) => folder && existsSync(`${folder}/${name}`))

/** Installs packages of the system. @param {string} title @param {string[]} packages */
export const installDebian = (title, ...packages) =>
  step(title, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    await run("apt-get update", "apt-get", [...OPTIONS, "update"], { env })
    const install = ["install", "--yes", "--no-install-recommends", ...packages]
    await run(`apt-get install ${packages.join(" ")}`, "apt-get", [...OPTIONS, ...install], { env })
  })
