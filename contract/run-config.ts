import * as z from "zod"
import { JsonObject } from "./common.ts"
import { limits } from "./limits.ts"
import { CustomSecrets } from "./run-config/custom-secrets.ts"
import { decimal, money, type RunField, text, toggle, whole } from "./run-config/field.ts"
import { permissionFields } from "./run-config/permission-fields.ts"

const isHeader = (line: string): boolean => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*$/.test(line) && !/[\r\n]/.test(line)
const isWebAddress = (address: string): boolean => URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)

const json = { kind: "json", shape: JsonObject } as const
const executorRule = "local, or the name of an engine under Settings → Compute."
const headersRule = "One header per line, written Name: value."

/**
 * Every field of a run, in the order of the launch form. The wire schema, the form, the `prime` command, TOML and curl formats, the run
 * page, links that change a setting, the permissions and the runner's job file are all made from these rows: a new field is a row here
 * and whatever consumes its value.
 */
export const runFields = {
  inference_model: {
    kind: "model",
    shape: z.string().min(1),
    required: true,
    in: "request",
    label: "Model",
    section: "model",
    cli: { long: "--model", short: "-m" },
    toml: "model",
  },
  num_examples: {
    ...whole({ min: limits.examplesMin, max: limits.examplesMax }, "A whole number of at least 1, or −1 for all examples."),
    // The API takes 0 for all examples too.
    launchable: (count: number) => count !== 0,
    required: true,
    default: 5,
    label: "Number of examples",
    section: "size",
    cli: { long: "--num-examples", short: "-n", default: 5 },
    job: true,
  },
  rollouts_per_example: {
    ...whole({ min: limits.rolloutsMin, max: limits.rolloutsMax }),
    required: true,
    default: 3,
    label: "Rollouts per example",
    section: "size",
    cli: { long: "--rollouts-per-example", short: "-r", default: 3 },
    job: true,
  },
  stop_margin: {
    ...decimal({ min: limits.stopMarginMin, max: limits.rewardMax }),
    optional: true,
    label: "Stop at ±",
    help: "As soon as the mean is known this well.",
    placeholder: "0.05",
    section: "stopping",
    changeable: true,
    description:
      "Extension: the run stops as soon as the 95 % limits of the mean of all its examples are within ± this. They hold however often one looks; examples are asked in a random order (shuffle_seed), and rewards must be from 0 to 1, or in the range that the environment declares",
  },
  stop_threshold: {
    ...decimal({ min: -limits.rewardMax, max: limits.rewardMax }, "A number on the scale of the rewards."),
    optional: true,
    label: "Stop above or below",
    help: "As soon as the mean surely is on one side of this reward.",
    placeholder: "0.7",
    section: "stopping",
    changeable: true,
    description:
      "Extension: the run stops as soon as those limits lie wholly above or below this reward. With stop_margin, whichever comes first",
  },
  stop_against: {
    ...text(100),
    optional: true,
    label: "Beside the run",
    help: "An evaluation's id, or baseline for the pinned one. The run stops once it is surely better or worse than that one; what stands above is then of the difference. With several models, suite: each stops once it is surely better or worse than every other, or as near as the margin.",
    placeholder: "baseline",
    section: "stopping",
    changeable: true,
    description:
      "Extension: the id of a completed evaluation of the same environment that asked all of its examples, or `baseline` for the pinned one. stop_margin and stop_threshold are then about the difference from it, paired by example, with errors as 0; without either of them the run stops as soon as it is surely better or worse. `suite`, for several models that are launched together: each run stops as soon as it is surely better or worse than every other one, or its difference from it is known to within ± stop_margin; what is said of all pairs together is right in 95 % of suites. Runs that failed, were stopped or ran out of time are not waited for",
  },
  shuffle_seed: {
    ...whole({ min: 0, max: limits.int4Max }),
    optional: true,
    label: "Seed of the order",
    help: "Asks the examples in a random order, the same one for the same seed. Left empty: one is drawn for a run that may stop early; others keep the order of the data set.",
    section: "stopping",
    job: true,
    changeable: true,
    description:
      "Extension: examples are asked in a random order that this number stands for. Without it a run with stop_margin, stop_threshold or stop_against gets one, and others keep the order of the data set",
  },
  env_args: {
    kind: "arguments",
    shape: JsonObject,
    label: "Environment arguments",
    section: "arguments",
    cli: { long: "--env-args", short: "-a" },
    job: true,
    changeable: true,
  },
  name: {
    ...text(limits.nameCharactersMax),
    in: "request",
    optional: true,
    label: "Display name",
    help: "Empty: the name of the environment and the model.",
    wide: true,
    section: "sampling",
    cli: { long: "--eval-name" },
    toml: "eval_name",
  },
  temperature: {
    ...decimal({ min: 0 }),
    in: "sampling_args",
    optional: true,
    label: "Temperature",
    help: "Empty: the default of the environment or the model.",
    section: "sampling",
    cli: { long: "--temperature", short: "-T" },
  },
  max_tokens: {
    ...whole({ min: 1 }),
    in: "sampling_args",
    optional: true,
    label: "Max tokens",
    help: "Per response of the model.",
    section: "sampling",
    cli: { long: "--max-tokens", short: "-t" },
  },
  allow_sandbox_access: { ...toggle, ...permissionFields.allow_sandbox_access },
  allow_instances_access: { ...toggle, ...permissionFields.allow_instances_access },
  allow_tunnel_access: { ...toggle, ...permissionFields.allow_tunnel_access },
  timeout_minutes: {
    ...whole({ min: limits.timeoutMinutesMin, max: limits.timeoutMinutesMax }),
    label: "Timeout",
    unit: "minutes",
    help: "Left empty: 24 hours, or what is nearest to that within this platform's bounds.",
    description:
      "The platform's operator sets narrower bounds, 120 to 1440 unless changed: see limits.timeout_minutes of GET /capabilities. Without it 1440, or what is nearest to that within the bounds",
    section: "limits",
    cli: { long: "--timeout-minutes" },
    changeable: true,
  },
  max_concurrent: {
    ...whole({ min: limits.maxConcurrentMin, max: limits.examplesMax }),
    default: limits.maxConcurrentDefault,
    label: "Max concurrent",
    help: "Rollouts at the same time.",
    section: "limits",
    cli: { long: "--max-concurrent", short: "-c" },
    job: true,
    changeable: true,
  },
  shards: {
    ...whole({ min: 1, max: limits.shardsMax }),
    optional: true,
    label: "Shards",
    help: "Processes that share the rollouts. Left empty: one, and more where it keeps a core busy and others are idle.",
    section: "limits",
    changeable: true,
    description:
      "Extension: the rollouts are shared out to so many processes, each in a sandbox of its own; those of an example stay together where reward functions compare them. max_concurrent and budgets are those of the run: it cannot be more than max_concurrent, nor than the platform's own limit (MAX_SHARDS). Without it there is one process for each 256 rollouts at the same time, as the library's own command has it, where the machine has as many cores; and one that keeps a core busy while others are idle shares what it has not begun with others",
  },
  max_retries: {
    ...whole({ min: limits.maxRetriesMin, max: limits.examplesMax }),
    default: limits.maxRetriesDefault,
    label: "Retries",
    help: "Per rollout, after transient errors.",
    section: "limits",
    cli: { long: "--max-retries" },
    job: true,
  },
  executor: {
    kind: "text",
    rule: executorRule,
    shape: z.string(executorRule).regex(/^[a-z0-9][a-z0-9-]{0,39}$/, executorRule),
    optional: true,
    label: "Runs on",
    help: "Left empty: where the environment or the platform says.",
    placeholder: "local",
    section: "compute",
    description:
      "Extension: where the run runs: `local` for the platform's own machine, or the name of an engine of GET /compute. Without it, where the environment or the platform says",
  },
  cpu_cores: {
    ...whole({ min: 1, max: limits.runCpuCoresMax }),
    optional: true,
    label: "CPU cores",
    help: "Of another machine: on this one runs share what there is.",
    section: "compute",
    description: "Extension: cores that the run is to have; for engines of other machines alone",
  },
  memory_gb: {
    ...decimal({ min: limits.runMemoryGbMin, max: limits.runMemoryGbMax }),
    optional: true,
    label: "Memory",
    unit: "GB",
    help: "More ends the run.",
    section: "compute",
    description: "Extension: memory that the run may use; more ends it. Without it the platform's own limit",
  },
  disk_size_gb: {
    ...decimal({ min: limits.runDiskGbMin, max: limits.runDiskGbMax }),
    optional: true,
    label: "Disk",
    unit: "GB",
    help: "More ends the run.",
    section: "compute",
    description: "Extension: room for the run's files; more ends it. Without it the platform's own limit",
  },
  gpu_count: {
    ...whole({ min: 0, max: limits.runGpusMax }),
    optional: true,
    label: "GPUs",
    section: "compute",
    description: "Extension: GPUs that the run is to have; for engines that have some",
  },
  max_cost_usd: {
    ...money(limits.budgetUsdMax),
    optional: true,
    label: "Budget",
    help: "The run is stopped once it has cost this much, and keeps its results so far.",
    section: "budget",
    changeable: true,
  },
  max_total_tokens: {
    ...whole({ min: 1, max: limits.examplesMax }),
    optional: true,
    label: "Token budget",
    help: "The same for prompt and completion tokens of all requests together.",
    section: "budget",
    changeable: true,
    description: "Prompt and completion tokens of all requests",
  },
  independent_scoring: {
    ...toggle,
    label: "Independent scoring",
    help: "Score each rollout as soon as it ends, instead of all rollouts of an example together.",
    section: "scoring",
    cli: { long: "--independent-scoring", short: "-i" },
    job: true,
    changeable: true,
  },
  verbose: {
    ...toggle,
    label: "Verbose log",
    help: "Write the library's debug messages to the run's log.",
    section: "scoring",
    cli: { long: "--verbose", short: "-v" },
    job: true,
    changeable: true,
  },
  on_rollout_exception: {
    kind: "select",
    shape: z.enum(["record", "abort"]),
    default: "record",
    options: [
      { value: "record", label: "Record the error and continue with the others" },
      { value: "abort", label: "End the run" },
    ],
    label: "When a rollout raises an exception",
    help: "Ending the run is what vf-eval does. Errors that the library records itself never end a run.",
    wide: true,
    section: "scoring",
    job: true,
    changeable: true,
    description:
      "Extension: what an exception in one rollout does. record (default): its error is kept and the run goes on. abort: it ends",
  },
  sampling_args: {
    ...json,
    label: "Sampling parameters",
    placeholder: '{"top_p": 0.95}',
    help: "Sent to the model with each request. Temperature and max tokens above override the same names here.",
    wide: true,
    section: "parameters",
    cli: { long: "--sampling-args", short: "-S" },
    toml: "sampling",
    job: true,
    changeable: true,
  },
  extra_env_kwargs: {
    ...json,
    label: "Extra environment kwargs",
    placeholder: '{"max_turns": 10}',
    help: "Set on the environment after it was loaded.",
    section: "parameters",
    cli: { long: "--extra-env-kwargs", short: "-x" },
    job: true,
    changeable: true,
  },
  state_columns: {
    kind: "names",
    shape: z.array(z.string().min(1)),
    label: "State columns",
    placeholder: "turns, tool_calls",
    help: "Names of values in each rollout's state to store with its sample, separated by commas.",
    section: "parameters",
    cli: { long: "--state-columns", short: "-C" },
    job: true,
    changeable: true,
  },
  api_base_url: {
    ...text(),
    rule: "An address that starts with http:// or https://.",
    launchable: isWebAddress,
    label: "Base URL",
    placeholder: "https://models.example.com/v1",
    section: "endpoint",
    cli: { long: "--api-base-url", short: "-b" },
  },
  api_key_var: {
    ...text(),
    rule: "The name of one of this run's one-off secrets.",
    label: "Key variable",
    help: "Its value is the key.",
    placeholder: "MY_ENDPOINT_KEY",
    section: "endpoint",
    cli: { long: "--api-key-var", short: "-k" },
  },
  headers: {
    kind: "headers",
    rule: headersRule,
    shape: z.array(z.string().refine(isHeader, headersRule)),
    label: "Headers",
    placeholder: "X-Team: research",
    section: "endpoint",
    cli: { long: "--header" },
    toml: "header",
  },
  api_client_type: {
    kind: "select",
    shape: z.string(),
    options: ["openai_chat_completions", "openai_completions", "openai_responses", "anthropic_messages"].map((value) => ({
      value,
      label: value,
    })),
    label: "Client type",
    help: "The API that the endpoint speaks. Default: chat completions.",
    section: "endpoint",
    cli: { long: "--api-client-type" },
  },
  custom_secrets: {
    kind: "secrets",
    shape: CustomSecrets,
    label: "One-off secrets",
    section: "secrets",
    cli: { long: "--custom-secrets" },
    changeable: true,
  },
} as const satisfies Record<string, RunField>

export type RunFieldKey = keyof typeof runFields

/** The rows as a list, in the order of the form. */
export const runFieldList: readonly (RunField & { key: RunFieldKey })[] = Object.entries(runFields).map(([key, row]) => ({
  ...row,
  key: key as RunFieldKey,
}))

/** The row of a name that may come from anywhere; undefined when there is none. */
export const runField = (name: string): (RunField & { key: RunFieldKey }) | undefined => runFieldList.find((row) => row.key === name)
