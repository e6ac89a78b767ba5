/** A program to run away from the platform: everything it may see is written down here. */
export interface Spec {
  /** Names the attempt. Starting the same id again gives the process that runs already. */
  id: string
  workDir: string
  argv: string[]
  /** The whole environment of the program; nothing is inherited. */
  env: Record<string, string>
  outputBytesMax: number
}

/** Where an attempt lives; stored with the run, so that another worker process can find it. */
export interface Handle {
  kind: string
  id: string
  workDir: string
}

export type Inspection =
  | { phase: "running" }
  | { phase: "exited"; code: number | null; signal: string | null }
  /** The process is gone and did not say how it ended. */
  | { phase: "lost" }

/** A program that was started ahead of time and waits for a line on its standard input. When this process ends, so does the program. */
export interface Held {
  handle: Handle
  /** Hands it the line it waits for; from here on it is a program like any other. False when it is gone. */
  release: (line: string) => boolean
  /** Ends its input, and with that the program. */
  drop: () => void
}

/** Starts programs and answers "alive?". What they have to say they write into their work dir. */
export interface Executor {
  kind: string
  start: (spec: Spec) => Promise<Handle>
  /** Starts a program that waits for its input; executors that cannot do without it. */
  hold?: (spec: Spec) => Promise<Held>
  inspect: (handle: Handle) => Promise<Inspection>
  /** Ends the program and all its descendants; returns when they are gone. TERM first, KILL after the grace time. */
  stop: (handle: Handle, graceMs: number) => Promise<void>
}

/** Files of a work dir. The runner and its shim write all but the first two. */
export const workFiles = {
  job: "job.json",
  spawn: "spawn.json",
  events: "events.jsonl",
  output: "output.jsonl",
  shim: "shim.json",
  exit: "exit.json",
} as const
