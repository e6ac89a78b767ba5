import * as z from "zod"
import { Id, JsonObject, QueryFlag, Timestamp } from "./common.ts"
import { Baseline } from "./compare/baseline.ts"
import { limits } from "./limits.ts"
import { runFields } from "./run-config.ts"

export const Visibility = z.enum(["PUBLIC", "PRIVATE"])
export type Visibility = z.infer<typeof Visibility>

const Owner = z.object({ name: z.string().describe("The owner's slug, as it stands in owner/name"), type: z.enum(["user", "team"]) })

/** One keyword argument of load_environment, as its signature declares it. */
export const EnvironmentArgument = z
  .object({
    name: z.string(),
    /** How a form should ask for it. `json` takes anything else. */
    type: z.enum(["string", "integer", "number", "boolean", "json"]),
    annotation: z.string().nullable(),
    required: z.boolean(),
    default: z.unknown(),
    choices: z.array(z.union([z.string(), z.number(), z.boolean()])).nullable(),
    description: z.string().nullable(),
  })
  .meta({ id: "EnvironmentArgument" })
export type EnvironmentArgument = z.infer<typeof EnvironmentArgument>

export const ActionStatus = z.enum(["PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELLED"])
export type ActionStatus = z.infer<typeof ActionStatus>

export const EnvironmentRow = z
  .object({
    id: Id,
    name: z.string(),
    owner: Owner,
    description: z.string().nullable(),
    visibility: Visibility,
    latest_version: z.string().nullable(),
    tags: z.array(z.string()),
    stars: z.int(),
    latest_ci_status: ActionStatus.nullable(),
    created_at: Timestamp,
    updated_at: Timestamp,
    evaluation_count: z.int().nullish(),
    last_evaluation_at: Timestamp.nullish(),
  })
  .meta({ id: "EnvironmentRow" })
export type EnvironmentRow = z.infer<typeof EnvironmentRow>

export const ListEnvironmentsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(20),
  offset: z.coerce.number().int().min(0).default(0),
  sort_by: z.enum(["name", "created_at", "updated_at", "stars"]).default("created_at"),
  sort_order: z.enum(["asc", "desc"]).default("desc"),
  owner: z.string().nullish(),
  visibility: z.string().nullish(),
  search: z.string().max(200).nullish(),
  tags: z.union([z.string(), z.array(z.string())]).nullish(),
  ci_status: z.string().nullish(),
  include_teams: QueryFlag.nullish(),
  include_ci_status: QueryFlag.nullish(),
  starred_only: QueryFlag.nullish(),
  mine_only: QueryFlag.nullish(),
})
export type ListEnvironmentsQuery = z.infer<typeof ListEnvironmentsQuery>

export const ListEnvironmentsResponse = z
  .object({ data: z.array(EnvironmentRow), total_count: z.int(), offset: z.int(), limit: z.int() })
  .meta({ id: "ListEnvironmentsResponse" })
export type ListEnvironmentsResponse = z.infer<typeof ListEnvironmentsResponse>

/** What the author of a version says under `[tool.verifiers.eval]` of its pyproject.toml. */
export const EvalDefaults = z
  .object({
    num_examples: z.int().nullable(),
    rollouts_per_example: z.int().nullable(),
    reward_range: z.tuple([z.number(), z.number()]).optional().describe("The smallest and the largest reward; 0 and 1 unless declared"),
    cluster_by: z
      .string()
      .optional()
      .describe(
        "The field of a sample, such as info.document, whose value examples share that belong together: intervals take these for one observation",
      ),
    agreeing_metrics: z
      .array(z.tuple([z.string(), z.string()]))
      .optional()
      .describe("Pairs of metrics that say the same: a run in which they do not says so"),
  })
  .meta({ id: "EvalDefaults" })
export type EvalDefaults = z.infer<typeof EvalDefaults>

/**
 * One version of an environment. The content hash stays out on purpose: the CLI recomputes it by another rule
 * and would call every fresh push "ahead" (decision 004). It is in /status and /versions.
 */
export const EnvironmentDetail = z
  .object({
    id: Id,
    name: z.string(),
    owner: Owner,
    description: z.string().nullable(),
    visibility: Visibility,
    tags: z.array(z.string()),
    stars: z.int(),
    semantic_version: z.string().nullable(),
    version_id: z.string(),
    metadata: JsonObject,
    dependencies: z.array(z.string()),
    python_version: z.string().nullable(),
    simple_index_url: z.string().nullable(),
    wheel_url: z.string().nullable(),
    package_url: z.string().nullable(),
    tracked_package_url: z.string().nullable(),
    url_dependencies: z.array(z.string()),
    created_at: Timestamp,
    updated_at: Timestamp,
    // Extensions
    can_write: z.boolean().nullish(),
    can_run: z.boolean().nullish().describe("Whether the caller may run it here; who may not can fork it"),
    is_sample: z.boolean().nullish().describe("Came with the platform: everybody may run it"),
    executor: z.string().nullish().describe("Where its runs run that do not say; null: where the platform says"),
    readme: z.string().nullish(),
    /** Null until the version's check has loaded it once. */
    arguments: z.array(EnvironmentArgument).nullish(),
    eval_defaults: EvalDefaults.nullish(),
    dataset_size: z.int().nullish(),
    rewards: z.array(z.object({ name: z.string(), weight: z.number() })).nullish(),
    /** Which verifiers and which Python the version runs on, and why these. Null until it was installed once. */
    library: z.object({ verifiers: z.string(), python: z.string(), why: z.string() }).nullish(),
    action: z.object({ id: z.string(), status: ActionStatus }).nullish(),
    baseline: Baseline.nullish().describe("The evaluation that others are compared with, where the caller may see it"),
  })
  .meta({ id: "EnvironmentDetail" })
export type EnvironmentDetail = z.infer<typeof EnvironmentDetail>

export const EnvironmentVersion = z
  .object({
    id: Id,
    version: z.string(),
    semantic_version: z.string().nullable(),
    sha256: z.string(),
    content_hash: z.string(),
    size: z.int().describe("Number of files that belong to the version: wheel, source archive"),
    created_at: Timestamp,
    action_status: ActionStatus.nullish(),
  })
  .meta({ id: "EnvironmentVersion" })
export type EnvironmentVersion = z.infer<typeof EnvironmentVersion>

export const InspectQuery = z.object({
  path: z.string().max(1000).default(""),
  max_bytes: z.coerce.number().int().min(1).max(limits.inspectBytesMax).default(100_000),
})

const InspectEntry = z.object({
  name: z.string(),
  path: z.string(),
  is_directory: z.boolean(),
  size: z.int().nullable(),
  modified_at: Timestamp.nullable(),
  content_hash: z.string().nullable(),
})

export const InspectAnswer = z
  .object({
    kind: z.enum(["file", "directory"]),
    path: z.string(),
    version_id: z.string(),
    entry: InspectEntry.nullable(),
    entries: z.array(InspectEntry),
    content: z.string().nullable(),
    encoding: z.string().nullable(),
    truncated: z.boolean(),
    total_bytes: z.int().nullable(),
  })
  .meta({ id: "InspectAnswer" })
export type InspectAnswer = z.infer<typeof InspectAnswer>

const hash = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits")

/** What is left out stays. A version that is published brings the description, tags and README of its package. */
export const UpdateEnvironmentRequest = z
  .object({
    visibility: Visibility.optional(),
    description: z.string().max(limits.environmentDescriptionMax).optional(),
    tags: z.array(z.string().trim().min(1).max(limits.tagCharactersMax)).max(limits.environmentTagsMax).optional(),
    readme: z.string().max(limits.readmeCharactersMax).optional().describe("Of the newest version, as Markdown"),
    executor: runFields.executor.shape.nullable().optional().describe("Where its runs run that do not say; null: where the platform says"),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "names nothing to change")
  .meta({ id: "UpdateEnvironmentRequest" })
export type UpdateEnvironmentRequest = z.infer<typeof UpdateEnvironmentRequest>

export const ResolveEnvironmentRequest = z
  .object({
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(
        /^(?:[a-z0-9-]{1,40}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:@[A-Za-z0-9.!+_-]{1,100})?$/,
        "letters, digits, '.', '_' and '-', starting with a letter or digit",
      )
      .describe("A name, or owner/name with or without @version, as verifiers sends the id of a taskset that it got from here"),
    visibility: Visibility.nullish(),
    owner_slug: z.string().nullish(),
    team_slug: z.string().nullish(),
    team_id: z.string().nullish(),
  })
  .meta({ id: "ResolveEnvironmentRequest" })

export const CreateArtifactRequest = z
  .object({
    content_hash: hash,
    filename: z
      .string()
      .min(1)
      .max(300)
      .regex(/^[^/\\]+$/, "a file name without folders"),
    sha256: hash,
    size: z.int().min(1).max(limits.archiveBytesMax).nullish(),
    semantic_version: z
      .string()
      .max(100)
      .regex(/^[A-Za-z0-9][A-Za-z0-9.!+_-]*$/, "a version number: letters, digits, '.', '!', '+', '_' and '-'")
      .nullish(),
    metadata: JsonObject.nullish(),
  })
  .meta({ id: "CreateArtifactRequest" })
export type CreateArtifactRequest = z.infer<typeof CreateArtifactRequest>

/** Where the files of an environment are read from. */
export const FetchGitRequest = z
  .object({
    url: z
      .string()
      .trim()
      .max(2000)
      .refine((text) => URL.canParse(text), "must be an address, such as https://github.com/owner/name")
      .describe("A Git repository over https, without a password in it"),
    ref: z
      .string()
      .trim()
      .max(200)
      .regex(/^[^\s~^:?*[\\]*$/, "must be the name of a branch or tag, or a commit")
      .transform((text) => text || null)
      .nullish()
      .describe("A branch, a tag or a whole commit id; without it, what the repository's HEAD is"),
    folder: z.string().trim().max(500).nullish().describe("The folder of the environment; without it, the whole repository"),
    token: z.string().trim().min(1).max(1000).nullish().describe("For a private repository: used for this request and not kept"),
  })
  .meta({ id: "FetchGitRequest" })
export type FetchGitRequest = z.infer<typeof FetchGitRequest>

/** Most answers of the environments hub stand under `data`. */
export const inData = <T extends z.ZodType>(data: T) => z.object({ data })

export const EnvironmentAction = z
  .object({
    id: Id,
    name: z.string(),
    job_type: z.string(),
    status: ActionStatus,
    version: z.object({ semantic_version: z.string().nullable(), content_hash: z.string() }),
    trigger: z.string(),
    error: z.string().nullable(),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
  })
  .meta({ id: "EnvironmentAction" })
export type EnvironmentAction = z.infer<typeof EnvironmentAction>

/** What became of an environment: its newest version, and the check of that version. */
export const EnvironmentStatus = z
  .object({
    id: Id,
    name: z.string(),
    owner: Owner,
    description: z.string().nullable(),
    visibility: Visibility,
    latest_version: z
      .object({ id: Id, semantic_version: z.string().nullable(), content_hash: z.string(), created_at: Timestamp })
      .nullable(),
    action: z.object({ status: ActionStatus, job_id: Id, error: z.string().nullable() }).nullable(),
  })
  .meta({ id: "EnvironmentStatus" })
export type EnvironmentStatus = z.infer<typeof EnvironmentStatus>

/** By id, or by name: an owner's slug goes by the name of team_slug even where the owner is a user (prime-evals 0.2.3 and before). */
export const LookupEnvironmentRequest = z
  .union([
    z.object({ id: z.string().min(1) }),
    z.object({ name: z.string().min(1), team_slug: z.string().nullish(), owner_slug: z.string().nullish() }),
  ])
  .meta({ id: "LookupEnvironmentRequest" })
export type LookupEnvironmentRequest = z.infer<typeof LookupEnvironmentRequest>

export const RetryActionRequest = z
  .object({ action_id: z.string().nullish().describe("Without it the newest version is checked again") })
  .meta({ id: "RetryActionRequest" })

export const ForkEnvironmentRequest = z
  .object({ team_slug: z.string().nullish(), team_id: z.string().nullish() })
  .meta({ id: "ForkEnvironmentRequest" })

export const ForkedEnvironment = z
  .object({
    success: z.boolean(),
    message: z.string().nullable(),
    environment_id: Id,
    version_id: Id,
    name: z.string(),
    owner: Owner,
    slug: z.string(),
  })
  .meta({ id: "ForkedEnvironment" })
