import type { EnvironmentDetail } from "@/contract/index.ts"

/** What the launch form needs to know about the environment. */
export type LaunchTarget = Pick<EnvironmentDetail, "id" | "name" | "owner" | "arguments" | "dataset_size" | "eval_defaults">
