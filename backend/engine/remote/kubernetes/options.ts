import type { RemoteEngine } from "../remote-engine.ts"
import type { KubernetesAccess } from "./api.ts"

/** A folder of the platform that pods find in a volume: what lies below it has the same path there. */
export interface Claim {
  /** Name of a PersistentVolumeClaim in the engine's namespace; it is mounted read-only. */
  name: string
  /** The folder of the platform that is the root of its volume. */
  folder: string
}

/** Who the platform is to a NetworkPolicy. */
export interface PolicyPeer {
  ipBlock?: { cidr: string; except?: string[] }
  namespaceSelector?: { matchLabels: Record<string, string> }
  podSelector?: { matchLabels: Record<string, string> }
}

/** A taint of nodes that pods may run on all the same. */
export interface Toleration {
  key?: string
  operator?: "Exists" | "Equal"
  value?: string
  effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute"
}

/** How a cluster is asked, and what for. Left out, the cluster's own defaults hold. */
export interface KubernetesOptions extends Pick<RemoteEngine, "folder" | "platformUrl" | "silenceSeconds"> {
  /** As handles and runs name it; `kubernetes` when left out. */
  name?: string
  access: KubernetesAccess
  /** The image of attempts: a Linux with glibc, such as Debian's. */
  image: string
  /** Whether the image is fetched anew; never where nodes have it from elsewhere. */
  imagePullPolicy?: "Always" | "IfNotPresent" | "Never"
  /** Secrets of the namespace with which the image is fetched. */
  imagePullSecrets?: string[]
  /** The image's own Python, 3.11 or newer, which runs the platform's programs. */
  python: string
  /** The folder of the platform's own programs (runner/src/sandbox). */
  programs: string
  /** Where Python environments and the platform's own programs are found. */
  claims: Claim[]
  /** Folders of the platform that the image has itself, under the same names. */
  imageFolders?: string[]
  /** User and group that attempts run as. They must be able to read the claims, and are not root. */
  user?: number
  /** Cores that an attempt asks for where its run does not say. */
  cpus?: number
  /** The resource that a GPU is. */
  gpuResource?: string
  /** No attempt runs longer, whatever becomes of the platform; in seconds. */
  secondsMax?: number
  runtimeClass?: string
  priorityClass?: string
  /** A queue of Kueue, which says when a job starts. */
  queue?: string
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
  /** The platform, as NetworkPolicies name it; the address in platformUrl where that is one, and needed where it is a name. */
  platformPeers?: PolicyPeer[]
}
