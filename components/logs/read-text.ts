import type { LogFilter } from "@/contract/index.ts"
import type { ReadLines } from "./paged-lines.ts"

/** The lines that match as text, for copying and saving: at most `linesMax` of them. */
export async function readText(
  read: ReadLines,
  filter: LogFilter,
  linesMax = Number.POSITIVE_INFINITY,
): Promise<{ text: string; isCut: boolean }> {
  const texts: string[] = []
  for (let from = 0; texts.length < linesMax; ) {
    const { lines, next, total } = await read({ ...filter, from, limit: Math.min(5000, linesMax - texts.length) })
    for (const line of lines) texts.push(line.text)
    if (next >= total || next <= from) return { text: texts.join("\n"), isCut: false }
    from = next
  }
  return { text: texts.join("\n"), isCut: true }
}
