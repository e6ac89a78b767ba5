import { hostname, tmpdir } from "node:os"
import { afterEach, expect, test, vi } from "vitest"
import { readConfig, type SandboxConfig } from "../base/config.ts"
import type { Log } from "../base/log.ts"
import { sandboxPrograms, sandboxPython, testSpec } from "../testing/sandbox.ts"
import { chooseExecutor } from "./choose.ts"
import { processExecutor } from "./executors/process.ts"
import { reachEndpoint } from "./network.ts"

const host = { python: sandboxPython(), programs: sandboxPrograms, folder: tmpdir() }
const said: string[] = []
const log = { info: (text: string) => said.push(text), error: (text: string) => said.push(text) } as unknown as Log
const path = process.env.PATH
afterEach(() => {
  process.env.PATH = path
  vi.restoreAllMocks()
  said.length = 0
})

const settings = (env: Record<string, string>): SandboxConfig =>
  readConfig({ DATABASE_URL: "postgres://x/y", SECRET_KEY: "00".repeat(32), ...env } as unknown as NodeJS.ProcessEnv).sandbox

test("without bubblewrap environments run as plain processes, with one clear warning", async () => {
  process.env.PATH = "/nowhere"
  const executor = await chooseExecutor(settings({ SANDBOX_AS_ROOT: "true" }), log, host)
  expect(executor.kind).toBe("process")
  expect(said).toEqual([
    "Environments run as plain processes, without isolation: run only those of people you trust. (bubblewrap: the package bubblewrap is not installed)",
  ])
})

test("plain processes that were configured cause no warning", async () => {
  expect((await chooseExecutor(settings({ SANDBOX: "process", SANDBOX_AS_ROOT: "true" }), log, host)).kind).toBe("process")
  expect(said).toEqual([])
})

test("environments do not become root, unless the operator insists", async () => {
  process.env.PATH = "/nowhere"
  vi.spyOn(process, "getuid").mockReturnValue(0)
  for (const chosen of [{}, { SANDBOX: "process" }] as Record<string, string>[])
    await expect(chooseExecutor(settings(chosen), log, host)).rejects.toThrow(
      /^This worker runs nothing: without isolation, and started by root, .* Start the platform as another user; or set SANDBOX_AS_ROOT=true/,
    )
  vi.spyOn(process, "getuid").mockReturnValue(1000)
  expect((await chooseExecutor(settings({ SANDBOX: "process" }), log, host)).kind).toBe("process")
})

test("an operator who demands isolation gets it, or nothing runs", async () => {
  process.env.PATH = "/nowhere"
  await expect(chooseExecutor(settings({ SANDBOX_REQUIRED: "true" }), log, host)).rejects.toThrow(
    "This worker runs nothing: SANDBOX_REQUIRED asks for isolation, and there is none on this machine (bubblewrap: the package bubblewrap is not installed).",
  )
  await expect(chooseExecutor(settings({ SANDBOX: "process", SANDBOX_REQUIRED: "true" }), log, host)).rejects.toThrow("SANDBOX_REQUIRED")
  await expect(chooseExecutor(settings({ SANDBOX: "bubblewrap" }), log, host)).rejects.toThrow("SANDBOX asks for bubblewrap")
  await expect(chooseExecutor(settings({ SANDBOX: "docker", DOCKER_HOST: "unix:///nowhere.sock" }), log, host)).rejects.toThrow(
    /^This worker runs nothing: SANDBOX asks for docker, which does not work on this machine \(docker: .*nowhere\.sock/,
  )
})

test("an executor looks after what it started when another one is chosen", async () => {
  const handle = await processExecutor(host).start(await testSpec(["/bin/sh", "-c", "sleep 60"]))
  const executor = await chooseExecutor(settings({}), log, host)
  expect(await executor.inspect(handle)).toEqual({ phase: "running" })
  await executor.remove(handle)
  expect(await executor.inspect({ ...handle, kind: "something-else" })).toEqual({ phase: "lost" })
})

test("a setting that is not valid is refused by its name", async () => {
  expect(settings({ SANDBOX_ALLOW: "10.0.0.5:8000, [fd00::5]:443 judge.internal:*" }).allow).toEqual([
    "10.0.0.5:8000",
    "[fd00::5]:443",
    "judge.internal:*",
  ])
  expect(() => settings({ SANDBOX_ALLOW: "10.0.0.5" })).toThrow("SANDBOX_ALLOW: 10.0.0.5 is not host:port")
  expect(() => settings({ SANDBOX: "chroot" })).toThrow("SANDBOX")
  await expect(chooseExecutor(settings({ DOCKER_HOST: "tcp://10.0.0.1:2375" }), log, host)).rejects.toThrow("DOCKER_HOST: unix://")
})

test.each([
  ["https://93.184.216.34/v1", [], { reach: [] }],
  ["http://93.184.216.34:8000/v1", [], { reach: ["93.184.216.34:8000"] }],
  ["http://10.0.0.5:8000/v1", ["10.0.0.5:8000"], { reach: ["10.0.0.5:8000"] }],
  ["http://10.0.0.5:8000/v1", ["10.0.0.0/8:8000"], { reach: ["10.0.0.5:8000"] }],
  ["http://localhost:8000/v1", ["localhost:*"], { reach: expect.arrayContaining(["127.0.0.1:8000"]) }],
  ["http://10.0.0.5/v1", ["10.0.0.5:80"], { reach: ["10.0.0.5:80"] }],
  ["http://[::1]:8000/v1", ["[::1]:8000"], { reach: ["[::1]:8000"] }],
])("an endpoint %s where %j is allowed", async (url, allow, found) => {
  expect(await reachEndpoint(url, allow)).toEqual(found)
})

test("a name of this machine is not the machine, even where the operator allows the name", async () => {
  const name = hostname()
  expect(await reachEndpoint(`http://${name}:8000/v1`, [`${name}:8000`])).toMatchObject({
    refused: expect.stringMatching(/SANDBOX_ALLOW=\S+:8000$/),
  })
})

test.each([
  ["http://10.0.0.5:8000/v1", "10.0.0.5:8000"],
  ["http://169.254.169.254/latest", "169.254.169.254:80"],
  ["http://2130706433/", "127.0.0.1:80"],
  ["https://[fd00::1]/v1", "[fd00::1]:443"],
])("an endpoint %s is refused, with the setting that would allow it", async (url, address) => {
  expect(await reachEndpoint(url, ["10.0.0.5:80", "192.168.0.0/16:*"])).toMatchObject({
    refused: expect.stringContaining(`SANDBOX_ALLOW=${address}`),
  })
})
