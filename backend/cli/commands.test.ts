import { mkdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { newEnvironment } from "../testing/service-context.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { elsewhere, endsWell, notOffered } from "./command-list.ts"
import { type PrimeCli, startPrimeCli } from "./prime-cli.ts"

// Every command of the real prime CLI: what this platform has works, and of what it has not the terminal says so in a sentence.
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const platform = testPlatform({ WORKER_PORT: String(port), PUBLIC_URL: url })
const used = new Set<string>()
let worker: { stop: () => Promise<void> }
let prime: PrimeCli
let team = ""

beforeAll(async () => {
  prime = await startPrimeCli(url, testApiKey)
  worker = await startWorker(platform(), { stopRuns: true })
  team = (await platform().call("POST", "/user/teams", { name: "Team", slug: "team" })).body.data.teamId
})
afterAll(async () => {
  await worker?.stop()
  await prime?.stop()
})

/** Runs a command and remembers that it is one of those that were tried. */
async function ended(command: string | string[], options: Parameters<PrimeCli["prime"]>[1] = {}) {
  const args = typeof command === "string" ? command.split(" ") : command
  const typed = args.join(" ")
  const names = (await prime.names).filter((name) => typed === name || typed.startsWith(`${name} `))
  used.add(names.sort((a, b) => b.length - a.length)[0] ?? expect.fail(`there is no command ${typed}`))
  return prime.prime(args, options)
}

/** What a command that must end well prints. */
async function says(command: string | string[], options?: Parameters<PrimeCli["prime"]>[1]): Promise<string> {
  const { code, output } = await ended(command, options)
  expect(code, `prime ${command}\n${output}`).toBe(0)
  return output
}

const json = async (command: string) => JSON.parse(await says(`${command} --output json`))

test("account: identity, teams, models, money, and what one has to say", { timeout: 120_000 }, async () => {
  expect(await says("whoami")).toContain("Local user")
  expect((await json("teams list")).teams).toMatchObject([{ slug: "team" }])
  expect((await json(`teams members --team-id ${team}`)).members).toHaveLength(1)
  expect(await says("switch team")).toContain("Switched to team 'Team'")
  expect(await says("wallet --output json")).toContain(team)
  await says("switch personal")
  expect(await says("inference models")).toContain("demo/scholar")
  expect(await says(["inference", "chat", "demo/scholar", "say hi"])).not.toBe("")
  expect(await says("feedback", { input: "1\nr1\nit [/x] breaks\n" })).toContain("Feedback submitted")
  await says("train request", { input: "m/x\nfor sums\n" })
  const { body } = await platform().call("GET", "/feedback")
  expect(body.data.at(-1)).toMatchObject({ message: "it [/x] breaks", category: "bug", run_id: "r1", cli_version: expect.any(String) })
  const { body: run } = await platform().call("POST", "/evaluations/", { name: "one", run_id: "r", model_name: "m" })
  expect(await json(`train usage ${run.evaluation_id}`)).toMatchObject({ run_id: run.evaluation_id, total_tokens: 0 })
})

test("secrets and variables", { timeout: 120_000 }, async () => {
  await newEnvironment(platform(), { userId: await platform().ownerId() }, { name: "sums" })
  const secret = await json("secret create -n KEY -v one")
  await says(`secret update ${secret.id} -v two`)
  expect(await json(`secret get ${secret.id}`)).toMatchObject({ name: "KEY" })
  expect(await says("secret list")).toContain("KEY")
  await says(`env secret link ${secret.id} local/sums`)
  expect(await says("env secret list local/sums")).toContain("KEY")
  await says(`env secret unlink ${secret.id} local/sums --yes`)
  await says(`secret delete ${secret.id} --yes`)

  const own = await json("env secret create local/sums -n OWN -v one")
  await says(`env secret update local/sums --id ${own.id} -v two`)
  await says(`env secret delete local/sums --id ${own.id} --yes`)
  const variable = await json("env var create local/sums -n LEVEL -v 1")
  await says(`env var update ${variable.id} local/sums -v 2`)
  expect(await says("env var list local/sums")).toContain("LEVEL")
  await says(`env var delete ${variable.id} local/sums --yes`)
})

test("a sandbox from its start to its end, and what there is not", { timeout: 300_000 }, async () => {
  const made = await says("sandbox create python:3.11-slim --name one --yes")
  const id = /[a-z0-9]{24}/.exec(made)?.[0] ?? expect.fail(made)
  expect(await says("sandbox list")).toContain(id)
  await expect.poll(async () => (await json(`sandbox get ${id}`)).status, { timeout: 60_000 }).toBe("RUNNING")
  expect(await says(["sandbox", "run", id, "--", "echo", "it", "runs"])).toContain("it runs")
  await writeFile(path.join(prime.scratch, "up.txt"), "up and down")
  await says(`sandbox upload ${id} up.txt /workspace/up.txt`)
  await says(`sandbox download ${id} /workspace/up.txt down.txt`)
  expect(await readFile(path.join(prime.scratch, "down.txt"), "utf8")).toBe("up and down")
  await says(`sandbox logs ${id}`)

  await mkdir(path.join(prime.scratch, "image"))
  await writeFile(path.join(prime.scratch, "image/Dockerfile"), "FROM scratch\n")
  await writeFile(path.join(prime.scratch, "sft.toml"), '[data]\nname = "datasets/x"\n[model]\nname = "m"\n')
  await writeFile(path.join(prime.scratch, "builds.jsonl"), '{"image": "a:b", "context": "image"}\n')
  await writeFile(path.join(prime.scratch, "updates.jsonl"), '{"source": {"reference": "a:b"}, "set": {"visibility": "PRIVATE"}}\n')
  await prime.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "key"])
  // What asks whether one is sure is told so.
  const env = { AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s", PRIME_SSH_KEY_PATH: path.join(prime.scratch, "key") }
  const typed = { env, input: "y\n" }
  for (const [sentence, commands] of Object.entries(notOffered)) {
    const outputs = await Promise.all(
      commands.map(async (command) => ({ command, ...(await ended(command.replace("TEAM", team).replace("SANDBOX", id), typed)) })),
    )
    for (const { command, code, output } of outputs) {
      expect.soft(output.replaceAll(/\s+/g, " "), command).toContain(sentence)
      expect.soft(output, command).not.toContain("Traceback")
      expect.soft(code, command).toBe(endsWell.includes(command) ? 0 : 1)
    }
  }
  await says(`sandbox delete ${id} --yes`)
})

test("every command that the CLI has was tried, here or elsewhere", async () => {
  const known = Object.values(elsewhere)
  expect((await prime.names).filter((name) => !used.has(name) && !known.some((names) => names.test(name)))).toEqual([])
})
