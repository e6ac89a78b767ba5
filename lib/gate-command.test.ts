import { spawnSync } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type Gate, gateCommand } from "./gate-command.ts"

const gate: Gate = { baseline: "baseline", run: "r1", errors: "excluded", margin: 0.02 }
const asked: { url: string | undefined; key: string | undefined }[] = []
let origin = ""
const server = createServer((request, response) => {
  asked.push({ url: request.url, key: request.headers.authorization })
  const status = Number(new URL(request.url ?? "", "http://x").searchParams.get("runs")?.split(",")[1])
  response.writeHead(status, { "content-type": "text/plain" }).end("r1 is worse.\nMore.\n")
})
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

/** Runs a line in a shell, beside the server of this process. */
async function shell(line: string): Promise<{ status: number | null; output: string }> {
  const { spawn } = await import("node:child_process")
  const child = spawn("sh", ["-c", line], { env: { ...process.env, PRIME_API_KEY: "he_key" } })
  let output = ""
  child.stdout.on("data", (part) => (output += part))
  const status = await new Promise<number | null>((done) => child.on("close", done))
  return { status, output }
}

const hasCurl = spawnSync("curl", ["--version"]).status === 0

test.runIf(hasCurl).each([
  [200, 0],
  [412, 1],
  [409, 2],
  [500, 2],
])("an answer of %i ends the command with %i, and is printed", async (status, code) => {
  expect(await shell(gateCommand(origin, { ...gate, run: String(status) }))).toEqual({ status: code, output: "r1 is worse.\nMore.\n\n" })
  expect(asked.at(-1)).toEqual({
    url: `/api/v1/evaluations/compare/verdict?runs=baseline,${status}&fail_on=worse&errors=excluded&margin=0.02`,
    key: "Bearer he_key",
  })
})

test.runIf(hasCurl)("a platform that cannot be reached ends it with 2, also where a shell fails on any part of a pipe", async () => {
  const command = gateCommand("http://127.0.0.1:1", gate)
  expect((await shell(command)).status).toBe(2)
  expect((await shell(`bash -eo pipefail -c ${JSON.stringify(command).replaceAll("$", "\\$").replaceAll("\\n", "\n")}`)).status).toBe(2)
})
