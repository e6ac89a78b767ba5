/**
 * Colours of saved drawings: the light theme's, since they are put on white pages. They stand here in numbers because programs that open
 * a drawing know neither the page's variables nor `color-mix`.
 */
export const palette = {
  background: "#ffffff",
  foreground: "#16171b",
  "muted-foreground": "#5b5f68",
  border: "#e7e4dc",
  "border-strong": "#cfcbc0",
  "reward-low": "#d4600a",
  "reward-middle": "#cbbfae",
  "reward-high": "#1f57c8",
} as const

type Triple = [number, number, number]

const toLinear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
const fromLinear = (channel: number) => (channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055)

/** sRGB to Oklab (Björn Ottosson, "A perceptual color space for image processing", 2020). */
function oklab(hex: string): Triple {
  const [r, g, b] = [1, 3, 5].map((at) => toLinear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as Triple
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** Oklab to sRGB, by the inverse of the same matrices. */
function toHex([lightness, a, b]: Triple): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
  return `#${channels
    .map((one) =>
      Math.round(Math.min(1, Math.max(0, fromLinear(one))) * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`
}

/** The colour of a place on the scale of reward, 0–1: what `rewardColour` mixes on a page, in numbers. */
export function rewardHex(share: number): string {
  const end = oklab(palette[share < 0.5 ? "reward-low" : "reward-high"])
  const middle = oklab(palette["reward-middle"])
  const part = Math.round(Math.abs(share - 0.5) * 200) / 100
  return toHex(end.map((value, i) => value * part + (middle[i] as number) * (1 - part)) as Triple)
}
