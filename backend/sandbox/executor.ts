/** A folder or file of the host that a program sees besides its own folder. `target` is where; plain processes need it to be the source. */
export interface Mount {
  source: string
  target: string
  writable: boolean
}

/** What a program may use of the machine. Its end tells when it wanted more. */
export interface SandboxLimits {
  memoryBytes: number
  processes: number
  openFiles: number
  /** Everything in its own folder, its /tmp included. */
  diskBytes: number
}

/** A program to run away from the platform: everything it may see is written down here. */
export interface Spec {
  /** Names the attempt. Starting the same id again gives the process that runs already. */
  id: string
  /** The platform's folder of this attempt. The program sees and writes only `inside` of it: see workFiles. */
  workDir: string
  argv: string[]
  /** The container image that it asks for: its system, when the executor has images and this one among them. */
  image?: string
  /** Where the program starts; the folder inside its work dir when left out. */
  cwd?: string
  /** The whole environment of the program; nothing is inherited. */
  env: Record<string, string>
  mounts: Mount[]
  limits: SandboxLimits
  /** "internet" is every public address; this machine and private networks are not in it. */
  network: "internet" | "none"
  /** Addresses, as host:port, that it may reach besides: the platform's own API, and what the operator allows. */
  reach: string[]
  /** Of what it prints, this much is kept. Ten times as much ends it. */
  outputBytesMax: number
}

/** Where an attempt lives; stored with the run, so that another worker process can find it. */
export interface Handle {
  kind: string
  id: string
  workDir: string
  /** The image that it really has, when it asked for one. */
  image?: string
}

/** The limit whose excess ended a program. */
export type ExceededLimit = "memory" | "disk" | "output"

export type Inspection =
  | { phase: "running" }
  | { phase: "exited"; code: number | null; signal: string | null; limit: ExceededLimit | null }
  /** The process is gone and did not say how it ended. */
  | { phase: "lost" }

export interface Probe {
  ok: boolean
  /** Why it does not work here, as a sentence. */
  reason?: string
  isolation: "none" | "namespaces" | "container"
}

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
  /** Whether programs can be started this way on this machine: starts one. */
  probe: () => Promise<Probe>
  start: (spec: Spec) => Promise<Handle>
  /** Starts a program that waits for its input; executors that cannot do without it. */
  hold?: (spec: Spec) => Promise<Held>
  inspect: (handle: Handle) => Promise<Inspection>
  /** Ends the program and all its descendants; returns when they are gone. TERM first, KILL after the grace time. */
  stop: (handle: Handle, graceMs: number) => Promise<void>
  /** Ends the program and deletes all that is left of it, its work dir included. */
  remove: (handle: Handle) => Promise<void>
}

/** What a worker gives its executors. */
export interface ExecutorHost {
  /** The Python that runs the platform's own programs. */
  python: string
  /** The folder of the platform's own programs (runner/src/sandbox). */
  programs: string
  /** Where probes have their work dirs. */
  folder: string
  /** Addresses beyond the internet that programs with internet may reach. */
  allow: string[]
  /** The worker's environment variables, from which an executor reads settings of its own. */
  variables: Readonly<Record<string, string | undefined>>
}

/** An executor as the registry has it. Its kind and words are a row of the contract (executors.ts). */
export interface ExecutorEntry {
  /** Whether SANDBOX=auto tries it, because it needs no set-up by the operator. */
  automatic: boolean
  /** @throws Error that names the variables of its own settings that are not valid */
  create: (host: ExecutorHost) => Executor
}

/** Files of a work dir. The program sees the folder `inside` alone; what stands beside it is the platform's word about it. */
export const workFiles = {
  inside: "inside",
  job: "inside/job.json",
  events: "inside/events.jsonl",
  home: "inside/home",
  tmp: "inside/tmp",
  spawn: "spawn.json",
  output: "output.jsonl",
  shim: "shim.json",
  exit: "exit.json",
} as const
