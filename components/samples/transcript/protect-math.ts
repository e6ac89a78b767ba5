const fence = /^ {0,3}(`{3,}|~{3,})/

/**
 * Keeps TeX readable in Markdown, which takes a backslash before a bracket away and reads `_` and `*` in formulas as emphasis: what stands
 * in `\( \)`, `\[ \]` or `$$ $$` becomes code, as it was written. Code keeps its text; a single `$` may be money and stays.
 */
export function protectMath(markdown: string): string {
  let open: string | null = null
  const pieces: { code: boolean; lines: string[] }[] = []
  for (const line of markdown.split("\n")) {
    const mark = fence.exec(line)?.[1]
    const isCode = open !== null || mark !== undefined
    if (open === null && mark) open = mark
    else if (open !== null && mark?.startsWith(open) && line.trim() === mark) open = null
    const last = pieces.at(-1)
    if (last?.code === isCode) last.lines.push(line)
    else pieces.push({ code: isCode, lines: [line] })
  }
  return pieces.map(({ code, lines }) => (code ? lines.join("\n") : outsideOfCode(lines.join("\n")))).join("\n")
}

/** Formulas are short; without a limit each bracket that never closes would be looked for to the end of the text. */
const formula = /\\\(.{1,500}?\\\)|\\\[.{1,500}?\\\]|\$\$.{1,500}?\$\$/gs

const outsideOfCode = (text: string): string =>
  text
    .split(/(`+[^`]*`+)/)
    .map((piece, i) => (i % 2 === 1 ? piece : piece.replace(formula, (all) => `\`${all.replace(/\s*\n\s*/g, " ")}\``)))
    .join("")
