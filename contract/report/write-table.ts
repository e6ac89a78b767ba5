import type { CardTable } from "./card-table.ts"

/** Line breaks, other controls, and marks that turn the direction of text: none of them belongs in a cell. */
const unwritable = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

const plain = (text: string): string => text.replace(unwritable, " ").trim()

/** Every mark to which GitHub or Hugging Face would give a meaning inside of a table. */
const markdown = (text: string): string => plain(text).replace(/[\\`*_{}[\]()<>#|~$&!:@]/g, "\\$&")

/** The table in Markdown (GitHub's, which Hugging Face reads too), with the notes and the addresses of the runs below. */
export function markdownTable({ columns, names, rows, notes, urls }: CardTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  const rule = columns.map((_, i) => (i < names ? "---" : "---:"))
  return [
    line(columns.map(plain)),
    line(rule),
    ...rows.map((cells) => line(cells.map(markdown))),
    "",
    notes.join(" "),
    "",
    ...urls.map((url, i) => `- Run${urls.length > 1 ? ` ${i + 1}` : ""}: <${url}>`),
    "",
  ].join("\n")
}

/** What stands in TeX for a character that has a meaning there, or that its fonts lack. */
const texMarks: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "`": "\\textasciigrave{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  // In braces they are not the option or the star of the line break before.
  "[": "{[}",
  "]": "{]}",
  "*": "{*}",
  // Two would become a dash.
  "-": "{-}",
  "–": "--",
  "×": "$\\times$",
  "≈": "$\\approx$",
}

const tex = (text: string): string => plain(text).replace(/[\\~^`<>|[\]*\-–×≈&%$#_{}]/g, (mark) => texMarks[mark] ?? `\\${mark}`)

/** The table in LaTeX, with rules of booktabs and the notes below. */
export function latexTable({ columns, names, rows, notes, urls }: CardTable): string {
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`
  const cell = (text: string, i: number) => (i < names ? `\\texttt{${tex(text)}}` : tex(text))
  return [
    "% Needs \\usepackage{booktabs}; names that are not Latin need XeLaTeX or LuaLaTeX and a font that has them.",
    ...urls.map((url) => `% ${plain(url)}`),
    "\\begin{table}",
    "  \\centering",
    `  \\begin{tabular}{${columns.map((_, i) => (i < names ? "l" : "r")).join("")}}`,
    "    \\toprule",
    `    ${line(columns.map(tex))}`,
    "    \\midrule",
    ...rows.map((cells) => `    ${line(cells.map(cell))}`),
    "    \\bottomrule",
    "  \\end{tabular}",
    `  \\caption{${notes.map(tex).join(" ")}}`,
    "\\end{table}",
    "",
  ].join("\n")
}
