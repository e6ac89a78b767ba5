import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"

const idCharacters = 6

/** What runs may be told apart by, the plainest first. */
const namings: ((row: EvaluationRecord) => string)[] = [
  (row) => shortModel(row.modelName) || row.name,
  (row) => row.modelName ?? row.name,
  (row) => [row.modelName ?? row.name, row.environments[0]?.version].filter(Boolean).join(" @ "),
  (row) => row.name,
]

/** The last part of a model's name: what stands before it is whose it is. */
const shortModel = (model: string | null): string => model?.split("/").at(-1) ?? ""

/** A name for each of several runs that no other has: of its model, with its version, or its own; else with the end of its id. */
export function runLabels(rows: readonly EvaluationRecord[]): string[] {
  const naming = namings.find((one) => new Set(rows.map(one)).size === rows.length)
  if (naming) return rows.map(naming)
  return rows.map((row) => {
    const name = shortModel(row.modelName) || row.name
    const isShared = rows.filter((other) => (shortModel(other.modelName) || other.name) === name).length > 1
    return isShared ? `${name} …${row.id.slice(-idCharacters)}` : name
  })
}
