import { expect, test } from "vitest"
import { badgeOf } from "./badge.ts"

test("a badge is valid XML whatever it says, and no wider than a line", () => {
  const svg = badgeOf(`<b>&"'\u0000 ${"long ".repeat(40)}`, "0.93")
  expect(svg).not.toMatch(/&(?!#\d+;)/)
  expect(svg).not.toContain("\u0000")
  const texts = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) =>
    text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
  )
  expect(texts).toEqual([expect.stringMatching(/^<b>&"' {2}long .*…$/), "0.93"])
  expect(Number(/<svg [^>]*width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(520)
})
