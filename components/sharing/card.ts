import { resultSize } from "@/components/shared/runs/result.ts"
import type { SharedRun } from "@/contract/index.ts"
import { formatInterval, formatScore } from "@/lib/format.ts"
import { sharedSubject } from "./shared-words.ts"
import { cutAt, svgText } from "./svg-text.ts"

const width = 480
const margin = 20
const axis = width - 2 * margin
const longest = 58

const style = `svg{color-scheme:light dark;font-family:system-ui,-apple-system,"Segoe UI",sans-serif}
.paper{fill:#fcfbf8;stroke:#dcdbd6}.ink{fill:#16171b}.quiet{fill:#6b6e76}.line{stroke:#dcdbd6}.band{fill:#c9d3ee}.mean{fill:#1f4fd1}
@media(prefers-color-scheme:dark){.paper{fill:#17181c;stroke:#34363c}.ink{fill:#ecebe7}.quiet{fill:#a3a5ac}.line{stroke:#34363c}.band{fill:#2f3f70}.mean{fill:#8aa6f5}}`

/** A card for a page elsewhere: what was evaluated, its mean with the interval on an axis, and its size. @returns SVG, light or dark as the reader's system is */
export function cardOf(run: SharedRun): string {
  const { reward } = run
  const subject = svgText(cutAt(sharedSubject(run), longest))
  const score = reward ? formatScore(reward.mean) : "No result"
  const interval = reward?.interval95 ? `95 % interval ${formatInterval(reward.interval95)}` : ""
  const low = Math.min(0, reward?.min ?? 0)
  const high = Math.max(1, reward?.max ?? 1)
  const at = (value: number) => Math.round((margin + ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * axis) * 10) / 10
  const band = reward?.interval95
    ? `<rect class="band" x="${at(reward.interval95.low)}" y="85" width="${Math.max(4, at(reward.interval95.high) - at(reward.interval95.low))}" height="6" rx="3"/>`
    : ""
  const mean = reward ? `<circle class="mean" cx="${at(reward.mean)}" cy="88" r="5"/>` : ""
  const label = svgText([sharedSubject(run), score, interval, resultSize(run)].filter(Boolean).join(", "))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="128" viewBox="0 0 ${width} 128" role="img" aria-label="${label}">
<title>${label}</title>
<style>${style}</style>
<rect class="paper" x=".5" y=".5" width="${width - 1}" height="127" rx="8"/>
<text class="ink" x="${margin}" y="30" font-size="14" font-weight="600">${subject}</text>
<text class="ink" x="${margin}" y="66" font-size="26" font-weight="700">${score}</text>
<text class="quiet" x="${width - margin}" y="64" font-size="12" text-anchor="end">${svgText(interval)}</text>
<line class="line" x1="${margin}" x2="${width - margin}" y1="88" y2="88" stroke-width="2"/>${band}${mean}
<text class="quiet" x="${margin}" y="113" font-size="11">${svgText(resultSize(run))}</text>
<text class="quiet" x="${width - margin}" y="113" font-size="11" text-anchor="end">Hosted Evals</text>
</svg>
`
}
