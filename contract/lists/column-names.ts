/** A column that lists show on demand: the mean of a metric, or a value of the run's configuration by its path. */
export interface RunColumn {
  kind: "metric" | "config"
  name: string
}

/** `metric:exact_match`, `config:sampling_args.temperature`; null for anything else. */
export function readRunColumn(text: string): RunColumn | null {
  const [, kind, name] = /^(metric|config):(.*)$/s.exec(text) ?? []
  return kind && name ? { kind: kind as RunColumn["kind"], name } : null
}

/** A comma inside a name. */
export const comma = encodeURIComponent(",")

/** Columns as a query carries them: joined by commas, those inside a name written as `%2C`. */
export const writeRunColumns = (columns: readonly string[]): string => columns.map((one) => one.replaceAll(",", comma)).join(",")
