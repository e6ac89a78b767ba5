/** Names of everything the browser keeps about runs. The first part alone names all entries of its kind. */
export const queryKeys = {
  runLists: ["runs"] as const,
  runList: (query: object) => ["runs", query] as const,
  runModels: (filter: object) => ["run-models", filter] as const,
  runTags: ["run-tags"] as const,
  run: (id: string) => ["run", id] as const,
  statistics: (id: string) => ["run-statistics", id] as const,
  /** Everything that is read from the samples of a run. */
  samples: (id: string) => ["run-samples", id] as const,
  sampleCells: (id: string) => ["run-samples", id, "cells"] as const,
  sampleList: (id: string, query: object) => ["run-samples", id, "list", query] as const,
  attempts: (id: string) => ["run-attempts", id] as const,
  errorGroups: (id: string) => ["run-samples", id, "errors"] as const,
  findings: (id: string) => ["run-findings", id] as const,
  reviews: (id: string) => ["run-reviews", id] as const,
  runSandboxes: (id: string) => ["run-sandboxes", id] as const,
  logTail: (id: string) => ["run-log-tail", id] as const,
}

/** First parts of the keys that the event stream keeps up to date. */
export const liveKeys: readonly string[] = ["runs", "run", "run-statistics", "run-samples", "run-attempts", "run-log-tail", "run-sandboxes"]
