/** How a run's program can be isolated, and how people read it after "runs in …". A new executor begins with its row here. */
const executors = {
  bubblewrap: "a sandbox of its own (bubblewrap)",
  docker: "a container of its own (Docker Engine)",
  process: "a plain process, without isolation",
} as const

export type ExecutorKind = keyof typeof executors

export const executorKinds = Object.keys(executors) as [ExecutorKind, ...ExecutorKind[]]

/** The words for an executor; one that this version does not know keeps its bare name. */
export const describeExecutor = (kind: string): string => (Object.hasOwn(executors, kind) ? executors[kind as ExecutorKind] : kind)
