import path from "node:path"
import { expect, test } from "vitest"
import { publishFolder } from "./seed.ts"
import { testPlatform } from "./testing/test-platform.ts"

const platform = testPlatform()
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)

test("what comes with the platform is a sample, also where an earlier release published it; a copy of it is none", async () => {
  const folder = path.join(platform().config.root, "environments/word_arithmetic")
  const isSample = async (slug: string) => (await call("GET", `/environmentshub/${slug}/@latest`)).body.data.is_sample
  expect(await publishFolder(platform(), folder)).toBe(true)
  expect(await isSample("local/word-arithmetic")).toBe(false)
  expect(await publishFolder(platform(), folder, { isSample: true })).toBe(false)
  expect(await isSample("local/word-arithmetic")).toBe(true)

  await call("POST", "/user/teams", { name: "Team", slug: "team" })
  expect((await call("POST", "/environmentshub/local/word-arithmetic/fork", { team_slug: "team" })).status).toBe(200)
  expect(await isSample("team/word-arithmetic")).toBe(false)
  // No request makes one: an unknown field changes nothing.
  await call("PATCH", "/environmentshub/team/word-arithmetic", { visibility: "PUBLIC", is_sample: true })
  expect(await isSample("team/word-arithmetic")).toBe(false)
}, 60_000)
