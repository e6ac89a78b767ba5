import { setTimeout as sleep } from "node:timers/promises"
import { expect, test, vi } from "vitest"
import type { Evaluation } from "../../../../contract/index.ts"
import { runStatistics } from "../../../../contract/index.ts"
import { cardRun, cardTable } from "../../../../contract/report/card-table.ts"
import { latexTable } from "../../../../contract/report/write-table.ts"

/** The module of a LaTeX: `tex` gives what it was compiled to. */
const program = process.env.LATEX ?? ""
interface Latex {
  load: () => Promise<void>
  tex: (source: string, options: { showConsole: boolean }) => Promise<Buffer>
}

const patienceMs = 20_000

/** What it lacks of others: booktabs, floats, and the fonts of two marks. A table stands in the text instead. */
const preamble = String.raw`
\newcommand{\toprule}{\hline}\newcommand{\midrule}{\hline}\newcommand{\bottomrule}{\hline}
\renewenvironment{table}{}{}\renewcommand{\caption}[1]{\par\parbox{10cm}{#1}}\renewcommand{\centering}{}
\DeclareTextSymbol{\textdollar}{OT1}{36}\DeclareTextSymbolDefault{\textdollar}{OT1}
\DeclareTextSymbol{\textasciigrave}{OT1}{18}\DeclareTextSymbolDefault{\textasciigrave}{OT1}
`

/** What LaTeX complains about in a table, a line each, and the letters that it prints. */
async function compile(table: string): Promise<{ mistakes: string[]; printed: string }> {
  if (!program) throw new Error("LATEX is not set: run this with npm test, which installs it")
  const latex: Latex = await import(program)
  await latex.load()
  const lines: string[] = []
  const told = vi.spyOn(console, "log").mockImplementation((...words) => void lines.push(...words.join(" ").split("\n")))
  try {
    const source = `${preamble}\\begin{document}\n${table}\\end{document}\n`
    const printed = await Promise.race([latex.tex(source, { showConsole: true }), sleep(patienceMs)])
    // Some mistakes end it without a word to its caller.
    if (!printed) throw new Error("LaTeX does not end")
    return { mistakes: lines.filter((line) => line.startsWith("!")), printed: lettersOf(printed) }
  } catch (error) {
    return { mistakes: [...lines.filter((line) => line.startsWith("!")), String(error)], printed: "" }
  } finally {
    told.mockRestore()
  }
}

/** The printable characters of a file in DVI's format; what moves between them is left out. See D. E. Knuth, "The DVItype processor". */
function lettersOf(dvi: Buffer): string {
  let letters = ""
  for (let at = 0; at < dvi.length; ) {
    const code = dvi[at++] as number
    if (code < 128) letters += String.fromCharCode(code)
    else at += sizeOf(code, dvi, at)
  }
  return letters
}

/** How many bytes belong to an operation. */
function sizeOf(code: number, dvi: Buffer, at: number): number {
  const range = (from: number) => code - from + 1
  if (code <= 131) return range(128)
  if (code === 132 || code === 137) return 8
  if (code >= 133 && code <= 136) return range(133)
  if (code === 139) return 44
  for (const from of [143, 148, 153, 157, 162, 167]) if (code >= from && code < from + 4) return range(from)
  if (code >= 235 && code <= 238) return range(235)
  if (code >= 239 && code <= 242) return range(239) + dvi.readUIntBE(at, range(239))
  if (code >= 243 && code <= 246) return range(243) + 14 + (dvi[at + range(243) + 12] as number) + (dvi[at + range(243) + 13] as number)
  if (code === 247) return 14 + (dvi[at + 13] as number)
  if (code === 248) return dvi.length
  return 0
}

const statistics = runStatistics(
  "e1",
  [1, 0, 1].flatMap((reward, i) => [0, 1].map(() => ({ example_id: String(i), reward, metrics: {}, errored: false, truncated: false }))),
)
const tableOf = (...models: string[]) =>
  latexTable(
    cardTable(
      models.map((model) =>
        cardRun(
          {
            evaluation_id: "e1",
            inference_model: model,
            model_name: null,
            environment: { owner: "ann_b", name: "50%-of_it", version: "0.1.0" },
            usage: null,
            viewer_url: "https://evals.example/dashboard/evaluations/e1?a=1&b=%20#c",
          } as unknown as Evaluation,
          statistics,
        ),
      ),
      "Mean reward.",
    ),
  )

test("LaTeX compiles tables of any Latin name, and prints the name", async () => {
  const hostile = [
    "a_b&c%d#e$f",
    "\\end{tabular}\\input{/etc/passwd}",
    "{unclosed",
    "closed}",
    "x\\\\[2cm] & y",
    "^^5c~--`quoted'",
    "<a|b>*[c]",
    "%comment\nnext\u0007",
    "$x^2$ \\",
    "Zürich-é",
  ]
  const { mistakes, printed } = await compile(tableOf(...hostile))
  expect(mistakes).toEqual([])
  // An underscore is a line that is drawn.
  for (const name of [
    "ab&c%d#e$f",
    "/etc/passwd",
    "closed",
    "[2cm]&y",
    "^^5c~--",
    "quoted'",
    "*[c]",
    "%commentnext",
    "$x^2$",
    "50%-ofit@0.1.0",
  ])
    expect(printed).toContain(name)
}, 60_000)

test("and would tell what is wrong: a mark that was not escaped, or a cell too many", async () => {
  const table = tableOf("plain")
  expect((await compile(table)).mistakes).toEqual([])
  expect((await compile(table.replace("plain", "a_b"))).mistakes.join()).toContain("Missing $ inserted")
  expect((await compile(table.replace("plain", "}a & b & c & d & e & f & g & h & i & \\texttt{"))).mistakes.join()).toContain(
    "Extra alignment tab",
  )
  expect((await compile(table.replace("plain", "{"))).mistakes).not.toEqual([])
}, 60_000)
