import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { apiKey, newSignInToken, secretKey, sessionSecret } from "./secrets.mjs"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "he-secrets-"))
})
afterEach(() => rmSync(folder, { recursive: true }))

const env = (/** @type {Record<string, string>} */ values) => /** @type {NodeJS.ProcessEnv} */ (values)

test.each(["", "\n", "0f0f", "Z".repeat(64)])("a secret-key of %j is refused and stays as it is", (text) => {
  const file = join(folder, "secret-key")
  writeFileSync(file, text)
  expect(() => secretKey(folder, env({}))).toThrow(`${file} holds no key of 64 hexadecimal digits: restore it`)
  expect(readFileSync(file, "utf8")).toBe(text)
})

test("a secret key is made once, and one that is given must be whole", () => {
  const made = secretKey(folder, env({}))
  expect(made).toMatch(/^[0-9a-f]{64}$/)
  expect(secretKey(folder, env({}))).toBe(made)
  expect(() => secretKey(folder, env({ SECRET_KEY: "short" }))).toThrow("SECRET_KEY holds no key")
})

test("short secrets of sessions and short API keys are refused", () => {
  expect(() => sessionSecret(folder, env({ NEXTAUTH_SECRET: "x" }))).toThrow("NEXTAUTH_SECRET is too short")
  expect(sessionSecret(folder, env({ NEXTAUTH_SECRET: "" }))).toMatch(/^[0-9a-f]{64}$/)
  expect(() => apiKey(folder, env({ API_KEY: "x" }))).toThrow("API_KEY is too short")
})

test("each start has a new token for its link", () => {
  const first = newSignInToken(folder)
  expect(newSignInToken(folder)).not.toBe(first)
})
