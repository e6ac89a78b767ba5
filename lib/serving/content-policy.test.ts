import { expect, test } from "vitest"
import { contentPolicy } from "./content-policy.mjs"

test("scripts inside a page run with the nonce of its answer, and never because they are inside", () => {
  const scripts = (policy: string) => policy.split("; ").find((rule) => rule.startsWith("script-src"))
  expect(scripts(contentPolicy("abc="))).toContain("'self' 'nonce-abc='")
  expect(scripts(contentPolicy())).not.toContain("nonce")
  for (const policy of [contentPolicy("abc="), contentPolicy()]) expect(scripts(policy)).not.toContain("'unsafe-inline'")
})
