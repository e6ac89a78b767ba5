import type { ComputeReport } from "../../../contract/index.ts"
import type { Spec } from "../../sandbox/executor.ts"

/** What the engine of other machines (a queue of a cluster, say) knows of a job. It is a hint: what an attempt itself says, counts. */
export type EngineWord =
  /** It waits, for the reason that the engine gives in its own words. */
  | { phase: "pending"; reason: string }
  | { phase: "running" }
  /** It has ended, or there never was one of that name. The engine may say why, and which limit of its own ended it. */
  | { phase: "gone"; reason?: string; limit?: "memory" | "disk" }
  /** The engine does not answer. */
  | { phase: "unknown" }

/**
 * Starts programs on other machines. It is asked these three things and no more: what an attempt writes, how it ends and whether it lives, its
 * own program tells the platform.
 */
export interface RemoteEngine {
  /** As handles and runs name it. */
  kind: string
  /** The folder of that machine in which attempts have their own. */
  folder: string
  /** Where programs on those machines find the platform: one address, whichever process of it answers. */
  platformUrl: string
  /**
   * What it starts is enclosed by the engine itself, as a container is. Otherwise the order of each attempt says how the program beside it
   * encloses it there, with bubblewrap.
   */
  encloses?: true
  /** It holds what it starts to the limit on memory, in a control group that what it starts can read. Otherwise the shim there sees to it. */
  limitsMemory?: true
  /** An attempt ends itself when the platform has not answered for this long, and is given up when it was not heard of for this long. */
  silenceSeconds: number
  /**
   * Starts the program that opens an attempt (`sandbox ship`), with these variables, on a machine that has what it needs. Where a job of that name is there already, it does nothing.
   * @throws JobRefused that says why the engine does not take such a job, whenever it is asked; Error for trouble that may pass
   */
  submit: (name: string, variables: ShipVariables, needs: RemoteNeeds) => Promise<void>
  /** Never rejects: where there is no answer, it is unknown. */
  inspect: (name: string) => Promise<EngineWord>
  /** Asks the engine to end a job. The attempt is fenced apart from this. */
  cancel: (name: string) => Promise<void>
  /** What it has and how full it is, for people; left out where it cannot tell. Rejects where there is no answer. */
  report?: () => Promise<ComputeReport>
}

/** Why an engine does not take a job, as a sentence for whoever launched the run. */
export class JobRefused extends Error {}

/** What the program beside an attempt needs to ask for everything else. */
export interface ShipVariables {
  ATTEMPT_URL: string
  ATTEMPT_TOKEN: string
}

/** What the process of an attempt needs of the machine that it is started on. An engine that encloses it holds it to that. */
export type RemoteNeeds = Pick<Spec, "mounts" | "limits" | "network" | "reach" | "outputBytesMax"> & {
  /** Cores, and GPUs; the engine's own defaults when left out. */
  cpus?: number
  gpus?: number
}
