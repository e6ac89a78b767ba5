import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import packageJson from "../../package.json" with { type: "json" }
import { freePort } from "../../scripts/lib/free-port.mjs"
import { publishFolder } from "../seed.ts"
import { startWorker } from "../start-worker.ts"
import { createMigratedDatabase, dropDatabase } from "../testing/template-database.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { type PrimeCli, startPrimeCli } from "./prime-cli.ts"

// Every command of the guide is run: those of one page in one shell, as who reads it would type them.
const [port, sshPort] = [await freePort(), await freePort()]
const url = `http://127.0.0.1:${port}`
const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url, INSTANCES_PER_USER: "1", SSH_PORT: String(sshPort) })
const root = path.join(import.meta.dirname, "../..")
const guide = path.join(root, "docs/guide")
let worker: { stop: () => Promise<void> }
let prime: PrimeCli

beforeAll(async () => {
  prime = await startPrimeCli(url, testApiKey)
  worker = await startWorker(platform(), { stopRuns: true })
  await publishFolder(platform(), path.join(root, "environments/word_arithmetic"))
  await mkdir(path.join(prime.scratch, ".data"))
  await writeFile(path.join(prime.scratch, ".data/api-key"), `${testApiKey}\n`)
})
afterAll(async () => {
  await worker?.stop()
  await prime?.stop()
})

/** What a reader of a page types. */
const commandsOf = async (page: string): Promise<string> =>
  [...(await readFile(path.join(guide, page), "utf8")).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join("")

/** Commands of the checkout, which other tests start: here they only have to be there. */
const ofCheckout = /^npm (?:run )?(\S+).*$/gm

function withoutCheckout(text: string): string {
  return text.replace(ofCheckout, (command, name: string) => {
    expect(Object.keys(packageJson.scripts), command).toContain(name)
    return ""
  })
}

test("the guide has commands to run, and says so of each that can be", async () => {
  for (const page of await readdir(guide)) {
    const text = await readFile(path.join(guide, page), "utf8")
    expect((text.match(/^```/gm) ?? []).length, page).toBe(2 * (text.match(/^```sh$/gm) ?? []).length)
  }
})

test.each(["first-steps.md", "environments.md", "models.md", "cli.md", "instances.md"])(
  "the commands of %s",
  { timeout: 600_000 },
  async (page) => {
    const script = withoutCheckout(await commandsOf(page)).replaceAll("http://localhost:3000", url)
    expect(script).toContain("prime ")
    const { code, output } = await prime.run("bash", ["-euo", "pipefail", "-c", script])
    expect(code, output).toBe(0)
    if (page !== "models.md") expect(output).not.toMatch(/traceback/i)
  },
)

test("the commands of operating.md, on a platform of their own", { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "he-guide-"))
  const database = await createMigratedDatabase()
  try {
    const env = {
      ...process.env,
      DATABASE_URL: database.url,
      DATA_DIR: path.join(folder, "data"),
      SECRET_KEY: "0f".repeat(32),
      BACKUPS: folder,
    } as unknown as NodeJS.ProcessEnv
    const script = (await commandsOf("operating.md")).replaceAll("http://localhost:3000", url)
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve) =>
      execFile("bash", ["-euo", "pipefail", "-c", script], { cwd: root, env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
      ),
    )
    expect(code, output).toBe(0)
    expect(output).toContain("Restored 0 rows and 0 files")
    expect(output).toContain("The audit log is whole: 0 entries")
  } finally {
    await dropDatabase(database.name)
    await rm(folder, { recursive: true, force: true })
  }
})
