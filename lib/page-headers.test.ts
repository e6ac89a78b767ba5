import { NextRequest } from "next/server"
import { afterEach, expect, test, vi } from "vitest"
import { proxy } from "../proxy.ts"

afterEach(() => vi.unstubAllEnvs())

test("a page's address is kept to TLS where the platform has it, and not on a machine without", async () => {
  const page = (url: string) => proxy(new NextRequest(url, { headers: { host: new URL(url).host } }))
  expect((await page("http://localhost:3000/login")).headers.get("strict-transport-security")).toBeNull()
  vi.stubEnv("PUBLIC_URL", "https://evals.lab")
  const { headers } = await page("https://evals.lab/login")
  expect(headers.get("strict-transport-security")).toBe("max-age=31536000")
  expect(headers.get("content-security-policy")).toMatch(/script-src 'self' 'nonce-/)
})
