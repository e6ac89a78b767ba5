import { jobSettings, type RunnerJob } from "../../../contract/index.ts"

/** The Python module of an environment: its name without owner and version, with underscores for dashes. */
export const moduleName = (environment: string): string =>
  (environment.split("/").at(-1) ?? environment).replace(/@.*$/, "").replace(/-/g, "_")

/** The module to import for a wheel: that of the package, which may have been published under another name. */
export function moduleOf(environment: string | undefined, wheelFilename: string): string {
  const packaged = wheelFilename.split("-")[0] as string
  const named = moduleName(environment ?? packaged)
  return named.toLowerCase() === packaged.toLowerCase() ? named : packaged
}

/** A job in which everything that is not given has its default. */
export const runnerJob = (given: Pick<RunnerJob, "mode" | "environment" | "client"> & Partial<RunnerJob>): RunnerJob => ({
  v: 1,
  model: "",
  ...jobSettings({ num_examples: 1, rollouts_per_example: 1 }),
  done: [],
  only: null,
  stored: null,
  reward_weights: {},
  shard: null,
  processes: 1,
  played: [],
  ...given,
})
