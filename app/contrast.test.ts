import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

const css = readFileSync("app/globals.css", "utf8")

/** The custom properties of a rule. */
function tokensOf(selector: string): Map<string, string> {
  const body = new RegExp(`^ *${selector.replace(".", "\\.")} \\{(.*?)^ *\\}`, "ms").exec(css)?.[1] ?? ""
  return new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value.trim()]))
}

/** Linear red, green and blue, 0–1, of `#rrggbb` or `oklch(l c h)` (Ottosson, https://bottosson.github.io/posts/oklab/). */
function linear(colour: string): [number, number, number] {
  const hex = /^#(..)(..)(..)$/.exec(colour)
  if (hex) {
    const [r = 0, g = 0, b = 0] = hex.slice(1).map((part) => {
      const value = Number.parseInt(part, 16) / 255
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    })
    return [r, g, b]
  }
  const [, l = Number.NaN, c = 0, h = 0] = (/^oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)$/.exec(colour) ?? []).map(Number)
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)]
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ]
  const clip = (value: number) => Math.min(1, Math.max(0, value))
  return [
    clip(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    clip(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    clip(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ]
}

const luminance = ([r, g, b]: readonly [number, number, number]): number => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** The contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(linear(a)), luminance(linear(b))].sort((one, other) => other - one)
  return (light + 0.05) / (dark + 0.05)
}

const surfaces = ["background", "card", "muted", "selected"]
const texts = ["foreground", "muted-foreground", "accent", "success", "warning", "danger", "info"]
/** Text and what it stands on: AA asks for 4.5. */
const readable = [
  ...texts.flatMap((text) => surfaces.map((surface) => [text, surface] as const)),
  ["primary-foreground", "primary"],
  ["danger-foreground", "danger-fill"],
  ["foreground", "added"],
  ["foreground", "removed"],
  ["warning", "removed"],
] as const
/** Shapes that say something and the edges of fields: AA asks for 3. */
const visible = [
  ...["reward-low", "reward-high", "danger", "accent", "input", "ring", "chart-1", "muted-foreground"].flatMap((shape) =>
    ["background", "card"].map((surface) => [shape, surface] as const),
  ),
] as const

test("a white page with black ink has a contrast of 21, and the units of oklch are read", () => {
  expect(contrast("#ffffff", "#000000")).toBeCloseTo(21, 6)
  expect(contrast("oklch(1 0 0)", "oklch(0 0 0)")).toBeCloseTo(21, 3)
})

test.each([":root", ".dark"])("the colours of %s keep to AA wherever they stand", (theme) => {
  const tokens = tokensOf(theme)
  const ratio = ([one, other]: readonly [string, string]) => contrast(tokens.get(one) ?? "", tokens.get(other) ?? "")
  const tooLow = (pairs: readonly (readonly [string, string])[], least: number) =>
    pairs.filter((pair) => !(ratio(pair) >= least)).map((pair) => `${pair.join(" on ")}: ${ratio(pair).toFixed(2)}`)
  expect(tooLow(readable, 4.5)).toEqual([])
  expect(tooLow(visible, 3)).toEqual([])
})
