import type { EnvironmentDetail } from "@/contract/index.ts"

/** What the launch form needs to know about the environment, and for whom it runs. */
export interface LaunchTarget extends Pick<EnvironmentDetail, "id" | "name" | "owner" | "arguments" | "dataset_size" | "eval_defaults"> {
  /** The team whose run it is, paid and seen by it; none for the person alone. */
  teamId?: string | null
}
