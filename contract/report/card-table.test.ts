import { expect, test } from "vitest"
import type { Evaluation } from "../evaluations.ts"
import { runStatistics } from "../statistics/statistics.ts"
import { cardRun, cardTable } from "./card-table.ts"
import { latexTable, markdownTable } from "./write-table.ts"

const run = (values: object = {}): Evaluation =>
  ({
    evaluation_id: "e1",
    inference_model: "acme/small",
    model_name: null,
    environment: { owner: "ann", name: "maze", version: "0.1.0" },
    usage: { cost_usd: 0.0042 },
    viewer_url: "https://evals.example/dashboard/evaluations/e1",
    ...values,
  }) as unknown as Evaluation

const statistics = (...rewards: (number | null)[][]) =>
  runStatistics(
    "e1",
    rewards.flatMap((own, i) =>
      own.map((reward) => ({ example_id: String(i), reward, metrics: {}, errored: reward === null, truncated: false })),
    ),
  )
const tableOf = (...runs: [Evaluation, ReturnType<typeof statistics>][]) =>
  cardTable(
    runs.map(([one, own]) => cardRun(one, own)),
    "Mean reward.",
  )

test("a run is a row with everything that its mean stands on", () => {
  const { columns, rows, notes } = tableOf([run(), statistics([1, 0], [1, 1], [0, null])])
  const row = Object.fromEntries(columns.map((name, i) => [name, rows[0]?.[i]]))
  expect(row).toMatchObject({
    Model: "acme/small",
    Environment: "ann/maze@0.1.0",
    "Examples × rollouts": "3 × 2",
    "Error rate": "16.7%",
    "Cost (USD)": "0.0042",
    "pass@2": "1",
  })
  expect(row["Mean [95 % CI]"]).toMatch(/^0\.6 \[0\.\d+, 0\.\d+\]$/)
  expect(notes.at(-1)).toBe("A rollout passes with a reward of 0.5 or more.")
})

test("what is not known is a dash and no number", () => {
  const empty = tableOf([run({ environment: null, inference_model: null, usage: null }), statistics()])
  expect(empty.rows).toEqual([["–", "–", "–", "–", "–", "–"]])
  expect(tableOf([run(), statistics([9, 20], [3, 4])]).rows[0]?.[3]).toMatch(/^9 \[≈ /)
})

test("runs with different numbers of rollouts say which k each one is of", () => {
  const { columns, rows } = tableOf(
    [run(), statistics([1, 0], [1, 1])],
    [run(), statistics([1, 0, 0], [1, 1])],
    [run(), statistics([1], [0])],
  )
  expect(columns).toContain("pass@k")
  expect(rows.map((row) => row[5])).toEqual(["1 (k = 2)", "1 (k = 3)", "–"])
  expect(rows[1]?.[2]).toBe("2 (5 rollouts)")
})

const awkward = "a|b_c&d<e>\\ [x](y) `q` $1 #2 50% ~^{} *s* --\n\u202eשלום\u0007"

test("no name breaks out of its cell", () => {
  const table = tableOf([run({ inference_model: awkward }), statistics([1])], [run({ inference_model: "[0.5cm]" }), statistics([0])])
  const [, , row] = markdownTable(table).split("\n")
  expect(row).toContain("a\\|b\\_c\\&d\\<e\\>\\\\ \\[x\\]\\(y\\) \\`q\\` \\$1 \\#2 50% \\~^\\{\\} \\*s\\* -- שלום |")
  const latex = latexTable(table)
  expect(latex).toContain(
    "\\texttt{a\\textbar{}b\\_c\\&d\\textless{}e\\textgreater{}\\textbackslash{} {[}x{]}(y) \\textasciigrave{}q\\textasciigrave{} \\$1 \\#2 50\\% \\textasciitilde{}\\textasciicircum{}\\{\\} {*}s{*} {-}{-} שלום}",
  )
  expect(latex).toContain("\\texttt{{[}0.5cm{]}}")
  // Nothing but the rows' own ends is a line break of TeX.
  expect(latex.split("\\\\")).toHaveLength(1 + 1 + 2)
})

test("every run has its address below", () => {
  const one: [Evaluation, ReturnType<typeof statistics>] = [run(), statistics([1])]
  expect(markdownTable(tableOf(one))).toContain("- Run: <https://evals.example/dashboard/evaluations/e1>")
  expect(markdownTable(tableOf(one, one))).toContain("- Run 2: <https://evals.example/")
})
