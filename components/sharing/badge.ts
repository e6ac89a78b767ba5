import { cutAt, svgText } from "./svg-text.ts"

/** About what a letter of 11 pixels takes in the sans-serif that browsers have. */
const letterPixels = 6.6
const longest = 60

const widthOf = (text: string): number => Math.ceil(text.length * letterPixels) + 14

/** A badge for a README: what was evaluated, and its score. @returns SVG */
export function badgeOf(subject: string, score: string): string {
  const [left, right] = [cutAt(subject, longest), cutAt(score, longest)]
  const [leftWidth, rightWidth] = [widthOf(left), widthOf(right)]
  const label = svgText(`${left}: ${right}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${leftWidth + rightWidth}" height="20" role="img" aria-label="${label}">
<title>${label}</title>
<clipPath id="r"><rect width="${leftWidth + rightWidth}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${leftWidth}" height="20" fill="#3c3f46"/><rect x="${leftWidth}" width="${rightWidth}" height="20" fill="#1f4fd1"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
<text x="${leftWidth / 2}" y="14">${svgText(left)}</text><text x="${leftWidth + rightWidth / 2}" y="14">${svgText(right)}</text>
</g>
</svg>
`
}
