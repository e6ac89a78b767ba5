import type { EnvironmentResult } from "@/contract/index.ts"

/** What one model reached, its newest version first. */
export interface ModelResults {
  model: string
  results: EnvironmentResult[]
}

/** Versions as they count up: 0.10.0 after 0.9.0; what has none comes last. */
const newerFirst = new Intl.Collator("en", { numeric: true })
const byVersion = (a: EnvironmentResult, b: EnvironmentResult): number => newerFirst.compare(b.version ?? "", a.version ?? "")

/** Results by model, the one with the highest mean on its newest version first. */
export function resultsByModel(all: readonly EnvironmentResult[]): ModelResults[] {
  const models = new Map<string, EnvironmentResult[]>()
  for (const result of all) models.set(result.model, [...(models.get(result.model) ?? []), result])
  return [...models]
    .map(([model, results]) => ({ model, results: results.toSorted(byVersion) }))
    .sort((a, b) => (b.results[0]?.mean ?? 0) - (a.results[0]?.mean ?? 0))
}
