import { printable, terminalEscapes } from "@/contract/logs/terminal-text.ts"

/** A stretch of terminal text with one look. Colours are 0–7 and their bright forms 8–15, as terminals number them. */
export interface AnsiSpan {
  text: string
  color?: number
  background?: number
  bold?: boolean
  dim?: boolean
  italic?: boolean
  underline?: boolean
}

type Look = Omit<AnsiSpan, "text">

/** What a terminal would show of a line that a progress bar wrote over: the part after the last carriage return. */
function overwritten(line: string): string {
  const trimmed = line.replace(/[\r\n]+$/, "")
  const at = trimmed.lastIndexOf("\r")
  return at < 0 ? trimmed : trimmed.slice(at + 1)
}

/** One log line as spans. Colours and weights are kept, every other escape is dropped. */
export function ansiSpans(line: string): AnsiSpan[] {
  const text = overwritten(line)
  const spans: AnsiSpan[] = []
  let look: Look = {}
  let from = 0
  const put = (piece: string) => {
    const clean = printable(piece)
    if (clean) spans.push({ text: clean, ...look })
  }
  for (const match of text.matchAll(terminalEscapes)) {
    put(text.slice(from, match.index))
    from = match.index + match[0].length
    const [, parameters, , final] = match
    if (final === "m" && parameters !== undefined && /^[0-9;:]*$/.test(parameters)) look = applyCodes(look, parameters)
  }
  put(text.slice(from))
  return spans
}

function applyCodes(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map((code) => (code === "" ? 0 : Number(code)))
  let look: Look = { ...before }
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    if (code === 0) look = {}
    else if (code === 1) look.bold = true
    else if (code === 2) look.dim = true
    else if (code === 3) look.italic = true
    else if (code === 4) look.underline = true
    else if (code === 22) {
      delete look.bold
      delete look.dim
    } else if (code === 23) delete look.italic
    else if (code === 24) delete look.underline
    else if (code >= 30 && code <= 37) look.color = code - 30
    else if (code >= 90 && code <= 97) look.color = code - 82
    else if (code === 39) delete look.color
    else if (code >= 40 && code <= 47) look.background = code - 40
    else if (code >= 100 && code <= 107) look.background = code - 92
    else if (code === 49) delete look.background
    else if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(i + 1))
      i += used
      if (color === null) continue
      if (code === 38) look.color = color
      else look.background = color
    }
  }
  return look
}

/** 256-colour and 24-bit codes, as the nearest of the sixteen. */
function extendedColor(codes: number[]): [color: number | null, used: number] {
  if (codes[0] === 5) {
    const n = codes[1] ?? -1
    if (n < 0 || n > 255) return [null, 2]
    if (n < 16) return [n, 2]
    if (n >= 232) return [nearest((n - 232) * 10 + 8, (n - 232) * 10 + 8, (n - 232) * 10 + 8), 2]
    const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
    return [nearest(level(Math.floor((n - 16) / 36)), level(Math.floor((n - 16) / 6) % 6), level((n - 16) % 6)), 2]
  }
  if (codes[0] === 2) return [nearest(codes[1] ?? 0, codes[2] ?? 0, codes[3] ?? 0), 4]
  return [null, 1]
}

function nearest(red: number, green: number, blue: number): number {
  const highest = Math.max(red, green, blue)
  const lowest = Math.min(red, green, blue)
  if (highest - lowest < 32) return highest < 64 ? 0 : highest < 150 ? 8 : highest < 220 ? 7 : 15
  const middle = (highest + lowest) / 2
  return (red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0) + (highest > 200 ? 8 : 0)
}
