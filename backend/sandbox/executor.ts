/** A folder or file of the host that a program sees besides its own folder. `target` is where; plain processes need it to be the source. */
export interface Mount {
  source: string
  target: string
  writable: boolean
}

/** What a program may use of the machine. The way it ended says which limit it exceeded. */
export interface SandboxLimits {
  memoryBytes: number
  processes: number
  openFiles: number
  /** Everything in its own folder, its /tmp included. */
  diskBytes: number
}

export interface TunnelNames {
  domain: string
  port: number
  proxyPort: number
}

/** The rules of a sandbox's maker, at most one list (contract/sandboxes/egress-policy.ts). */
export interface EgressLists {
  allowlist: string[] | null
  denylist: string[] | null
}

/** A program to run isolated from the platform: everything that it may see is listed here. */
export interface Spec {
  /** Names the attempt. Starting the same id again gives the process that runs already. */
  id: string
  /** The platform's folder of this attempt. The program sees and writes only `inside` of it: see workFiles. */
  workDir: string
  argv: string[]
  /** The container image that it asks for. Used when the executor has images, and this one is among them. */
  image?: string
  /** Its PATH where it does not get that image. */
  pathWithoutImage?: string
  /** Where the program starts; the folder inside its work dir when left out. */
  cwd?: string
  /** The whole environment of the program; nothing is inherited. */
  env: Record<string, string>
  mounts: Mount[]
  limits: SandboxLimits
  /** "internet" is every public address; this machine and private networks are not in it. */
  network: "internet" | "none"
  /** Addresses, as host:port, that it may reach in addition: the platform's own API, and what the operator allows. */
  reach: string[]
  /**
   * Names of tunnels that it may call: those below `domain`, at `port`, lead to the reverse proxy at `proxyPort` of this machine. Left out where it
   * has no use for them: a program inside cannot listen on that port of 127.0.0.1 then.
   */
  tunnels?: TunnelNames | undefined
  /** Narrows what it may reach. Given, even if empty, it may be replaced while the program runs: see egress-rules.ts. */
  egress?: EgressLists
  /** How much of its output is kept. Ten times as much ends it. */
  outputBytesMax: number
}

/** Where an attempt lives; stored with the run, so that another worker process can find it. */
export interface Handle {
  kind: string
  id: string
  workDir: string
  /** The image that it has in fact, when it asked for one. */
  image?: string
  /** It is on another machine, by whose paths the work dir is named, and reports by itself: see engine/remote. */
  remote?: true
}

/** The limit whose excess ended a program. */
export type ExceededLimit = "memory" | "disk" | "output"

export type Inspection =
  | { phase: "running" }
  /** `refused`: why another machine has started nothing. */
  | { phase: "exited"; code: number | null; signal: string | null; limit: ExceededLimit | null; refused?: string | null }
  /** The process is gone, and how it ended is unknown. */
  | { phase: "lost" }

export interface Probe {
  ok: boolean
  /** Why it does not work on this machine. */
  reason?: string
  isolation: "none" | "namespaces" | "container"
}

/** A program started ahead of time that waits for a line on its standard input. It ends with this process. */
export interface WaitingProgram {
  handle: Handle
  /** Sends the line it waits for; from then on it is a program like any other. False when it has ended. */
  release: (line: string) => boolean
  /** Closes its input, which ends the program. */
  drop: () => void
}

/** Starts programs and reports whether they are alive. Everything else they report in files of their work dir. */
export interface Executor {
  kind: string
  /** Whether programs can be started this way on this machine: starts one. */
  probe: () => Promise<Probe>
  start: (spec: Spec) => Promise<Handle>
  /** Starts a program that waits for its input. Absent where an executor cannot do so. */
  startWaiting?: (spec: Spec) => Promise<WaitingProgram>
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

/** An executor in the registry. Its kind and its texts are a row of the contract (executors.ts). */
export interface ExecutorEntry {
  /** Whether SANDBOX=auto tries it, because it needs no set-up by the operator. */
  automatic: boolean
  /** @throws Error that names the variables of its own settings that are not valid */
  create: (host: ExecutorHost) => Executor
}

/** Files of a work dir. The program sees the folder `inside` alone; the files beside it are the platform's. */
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
  disk: "disk",
  egressRules: "egress.sock",
} as const
