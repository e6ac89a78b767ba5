import { execFileSync, spawnSync } from "node:child_process"
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { isAlive } from "../backend/base/process-lock.mjs"
import { isDiskFull } from "./lib/disk.mjs"
import { codeOf } from "./lib/say.mjs"
import { makeCheckout } from "./lib/stand-ins.mjs"

const mayMount = process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0

/** Takes all room that there is. @param {string} file */
function fill(file) {
  const megabyte = Buffer.alloc(1024 ** 2)
  try {
    for (;;) appendFileSync(file, megabyte)
  } catch (error) {
    if (codeOf(error) !== "ENOSPC") throw error
  }
}

test.runIf(mayMount)("a full disk ends nothing, and a start makes room of what has ended", { timeout: 120_000 }, async () => {
  const checkout = await makeCheckout()
  const { dataDir } = checkout
  mkdirSync(dataDir)
  // The first start builds, which needs more room than this small disk has.
  const first = checkout.start()
  await first.says("Ctrl-C stops it")
  first.kill("SIGTERM")
  await first.ended
  rmSync(dataDir, { recursive: true })
  mkdirSync(dataDir)
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=420m,mode=0700", "tmpfs", dataDir])
  try {
    const ended = join(dataDir, "runs/a-1")
    mkdirSync(join(ended, "inside"), { recursive: true })
    writeFileSync(join(ended, "exit.json"), "{}")
    fill(join(ended, "inside/large.bin"))
    const launcher = checkout.start()
    await launcher.says("Ctrl-C stops it")

    const filler = join(dataDir, "filler")
    fill(filler)
    expect(isDiskFull(dataDir)).toBe(true)
    await launcher.says("is full. Free some space")
    const [web, , postgres] = checkout.servers()
    process.kill(web, "SIGKILL")
    process.kill(postgres, "SIGKILL")
    await launcher.says("web died (killed by SIGKILL)")
    await launcher.says("Postgres died")
    rmSync(filler)
    const again = await Promise.all([checkout.startedAgain("web", web), checkout.startedAgain("postgres", postgres)])
    launcher.kill("SIGTERM")
    expect(await launcher.ended).toBe(0)
    expect(again.filter(isAlive)).toEqual([])
  } finally {
    await checkout.remove().catch(() => {})
    execFileSync("umount", ["--lazy", dataDir])
    rmSync(checkout.folder, { recursive: true, force: true })
  }
})
