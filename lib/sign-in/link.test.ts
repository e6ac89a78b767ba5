import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterEach, expect, test, vi } from "vitest"
import { useLinkToken } from "./link.ts"

const folder = mkdtempSync(path.join(tmpdir(), "he-link-"))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test("a link works once, also for two at the same time, and an empty one never", async () => {
  vi.stubEnv("DATA_DIR", folder)
  const token = "0f".repeat(32)
  writeFileSync(path.join(folder, "sign-in-token"), `${token}\n`)
  expect(await useLinkToken("")).toBe(false)
  expect(await useLinkToken(token.replace("0", "1"))).toBe(false)
  expect((await Promise.all([useLinkToken(token), useLinkToken(token)])).sort()).toEqual([false, true])
  expect(await useLinkToken(token)).toBe(false)
  expect(await useLinkToken("")).toBe(false)
})
