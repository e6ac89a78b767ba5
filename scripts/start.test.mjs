import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { test as base, expect } from "vitest"
import { isAlive } from "../backend/base/process-lock.mjs"
import { until } from "../backend/testing/until.ts"
import { makeCheckout } from "./lib/stand-ins.mjs"

/** @type {import("vitest").TestAPI<{ checkout: Awaited<ReturnType<typeof makeCheckout>> }>} */
const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures a fixture needs from this pattern
  checkout: async ({}, use) => {
    const checkout = await makeCheckout()
    await use(checkout)
    await checkout.remove()
  },
})

test("starts everything, hands over the environment, stops everything", { timeout: 60_000 }, async ({ checkout }) => {
  const launcher = checkout.start({ NEXT_PUBLIC_X: "1" })
  await launcher.says("Ctrl-C stops it")
  const key = readFileSync(join(checkout.dataDir, "api-key"), "utf8").trim()
  expect(key).toMatch(/^he_[0-9A-Za-z]{40}$/)
  expect(launcher.output).toContain(key)
  const token = readFileSync(join(checkout.dataDir, "sign-in-token"), "utf8").trim()
  expect(launcher.output).toContain(`http://localhost:${checkout.port}/login/link?token=${token} (once)`)
  expect(checkout.mode("sign-in-token")).toBe(0o600)
  expect(checkout.mode("api-key")).toBe(0o600)
  expect(checkout.mode("secret-key")).toBe(0o600)
  expect(checkout.mode(".")).toBe(0o700)
  expect(checkout.env("worker")).toMatchObject({ API_KEY: key, NODE_ENV: "production", DATA_DIR: checkout.dataDir, UV: "/uv" })
  expect(checkout.env("web").NEXTAUTH_URL).toBe(`http://localhost:${checkout.port}`)
  // Errors reach the terminal, the rest only the log.
  expect(launcher.output).toContain("[worker] worker trouble")
  expect(launcher.output).not.toContain("banner")

  const pids = checkout.servers()
  launcher.kill("SIGINT")
  expect(await launcher.ended).toBe(0)
  expect(pids.filter(isAlive)).toEqual([])
  expect(readFileSync(join(checkout.dataDir, "logs/web.log"), "utf8")).toContain("web banner")

  // The second start neither builds again nor makes new keys.
  const second = checkout.start({ NEXT_PUBLIC_X: "1" })
  await second.says("Ctrl-C stops it")
  expect(second.output).toContain(key)
  expect(readFileSync(join(checkout.folder, ".next/builds"), "utf8")).toBe("x")
})

test("starts again what dies, Postgres too", { timeout: 60_000 }, async ({ checkout }) => {
  const launcher = checkout.start()
  await launcher.says("Ctrl-C stops it")
  const [web, worker, postgres] = checkout.servers()
  await fetch(`http://127.0.0.1:${checkout.port}/crash`).catch(() => {})
  process.kill(worker, "SIGKILL")
  process.kill(postgres, "SIGKILL")
  await launcher.says("web died (exit code 1); starting it again in 1 s")
  await launcher.says("worker died (killed by SIGKILL)")
  await launcher.says("Postgres died")
  const pids = await Promise.all([
    checkout.startedAgain("web", web),
    checkout.startedAgain("worker", worker),
    checkout.startedAgain("postgres", postgres),
  ])
  launcher.kill("SIGTERM")
  expect(await launcher.ended).toBe(0)
  expect(pids.filter(isAlive)).toEqual([])
})

test("leaves no web or worker when it is killed, and adopts the Postgres it left", { timeout: 60_000 }, async ({ checkout }) => {
  const launcher = checkout.start()
  await launcher.says("Ctrl-C stops it")
  const [web, worker, postgres] = checkout.servers()
  launcher.kill("SIGKILL")
  await until("both are gone", () => ![web, worker].some(isAlive))
  expect(isAlive(postgres)).toBe(true)

  const second = checkout.start()
  await second.says("Ctrl-C stops it")
  expect(checkout.pid("postgres")).toBe(postgres)
  second.kill("SIGHUP")
  expect(await second.ended).toBe(0)
  expect(isAlive(postgres)).toBe(false)
})

test("goes on without the local model where it cannot be fetched, and says so", { timeout: 60_000 }, async ({ checkout }) => {
  const bin = join(checkout.folder, "bin")
  mkdirSync(bin)
  writeFileSync(join(bin, "npm"), "#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n", { mode: 0o755 })
  const launcher = checkout.start({ LOCAL_MODEL: "1", PATH: `${bin}:${process.env.PATH}` })
  await launcher.says("The local model could not be fetched; trying again in 10 minutes.")
  await launcher.says("npm error code ENOTFOUND")
  expect(launcher.output).toContain("Ctrl-C stops it")
  expect(launcher.output.indexOf("Ctrl-C stops it")).toBeLessThan(launcher.output.indexOf("The local model"))
  const folder = checkout.env("worker").LOCAL_MODEL_FOLDER
  expect(readFileSync(`${folder}.problem`, "utf8")).toMatch(/^It could not be fetched.*npm ci of the local model failed/)
  launcher.kill("SIGTERM")
  expect(await launcher.ended).toBe(0)

  const other = checkout.start({ LOCAL_MODEL: "no" })
  expect(await other.ended).toBe(1)
  expect(other.output).toBe("LOCAL_MODEL=no is neither: use 1 for the model that runs on this machine, or 0 to leave it out.\n")
})

test("serves a remote platform's dashboard alone", { timeout: 60_000 }, async ({ checkout }) => {
  const without = checkout.start({ PLATFORM_URL: "https://platform.example" })
  expect(await without.ended).toBe(1)
  expect(without.output).toBe("PLATFORM_URL is set but PLATFORM_API_KEY is not: set it to an API key of that platform.\n")

  const launcher = checkout.start({ PLATFORM_URL: "https://platform.example", PLATFORM_API_KEY: "key", PYTHON_BASE: "", UV: "" })
  await launcher.says("Ctrl-C stops it")
  expect(checkout.env("web")).not.toHaveProperty("DATABASE_URL")
  expect(() => checkout.pid("worker")).toThrow()
  expect(() => checkout.pid("postgres")).toThrow()
})

test("starts a worker alone, with the keys of the platform that it works for", { timeout: 60_000 }, async ({ checkout }) => {
  const without = checkout.start({ DATABASE_URL: "postgres://elsewhere/he" }, "worker")
  expect(await without.ended).toBe(1)
  expect(without.output).toBe("SECRET_KEY is not set: a worker alone needs the one of the platform that it works for.\n")

  const given = { DATABASE_URL: "postgres://elsewhere/he", SECRET_KEY: "0f".repeat(32) }
  const launcher = checkout.start(given, "worker")
  await launcher.says("The worker is running")
  expect(checkout.env("worker")).toMatchObject({ ...given, RUNS_ON_STOP: "stop" })
  expect(checkout.env("worker")).not.toHaveProperty("API_KEY")
  expect(() => checkout.pid("web")).toThrow()
  expect(() => checkout.pid("postgres")).toThrow()
  const worker = checkout.pid("worker")
  launcher.kill("SIGTERM")
  expect(await launcher.ended).toBe(0)
  expect(isAlive(worker)).toBe(false)
})

test("says in one line what the machine lacks", { timeout: 60_000 }, async ({ checkout }) => {
  const other = createServer().listen(checkout.port, "127.0.0.1")
  const busy = checkout.start()
  expect(await busy.ended).toBe(1)
  expect(busy.output).toBe(`Port ${checkout.port} on 127.0.0.1 is in use: stop the program that has it, or set PORT to a free port.\n`)
  other.close()

  const bare = checkout.start({ PATH: "/nowhere", PYTHON_BASE: "" })
  expect(await bare.ended).toBe(1)
  expect(bare.output).toBe("Python 3.11, 3.12 or 3.13 is needed (PATH: found none): install one, or set PYTHON to its path.\n")
})
