import * as z from "zod"
import { hasCredentials, Id, Timestamp } from "../common.ts"
import { isStarting } from "../inference.ts"
import { limits } from "../limits.ts"

const UsdPerMtok = z.number().min(0).max(limits.budgetUsdMax)

/** A model that a provider is told to have, or a price for one that it lists without. Prices are US dollars per million tokens. */
export const TypedModel = z.object({
  id: z.string().trim().min(1).max(limits.modelIdCharactersMax),
  input_usd_per_mtok: UsdPerMtok.nullish(),
  output_usd_per_mtok: UsdPerMtok.nullish(),
  cached_input_usd_per_mtok: UsdPerMtok.nullish(),
})
export type TypedModel = z.infer<typeof TypedModel>

const Slug = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "must be 1 to 40 lower-case letters, digits and -, with a letter or digit at both ends")
  .describe("Put before its models: the provider `lab` has `lab/our-model`")
const Name = z.string().trim().min(1).max(limits.providerNameCharactersMax)
const BaseUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https address, such as https://api.example.com/v1" })
  .max(2000)
  .refine((url) => !hasCredentials(url), "must not hold a name or a password: the key has a field of its own")
const Key = z
  .string()
  .trim()
  .min(1)
  .max(limits.providerKeyCharactersMax)
  .regex(/^[\x21-\x7e]+$/, "must be letters, digits and signs without spaces, as it goes into a header")
const PerMinute = z.int().min(1).max(1_000_000).describe("Requests a minute, of all runs together; more of them wait")
const AtOnce = z.int().min(1).max(100_000).describe("Requests under way at once, of all runs together; more of them wait")
const Typed = z.array(TypedModel).max(limits.typedModelsMax)

/** A provider of models of a person or a team. Its key is never read back. */
export const ModelProvider = z
  .object({
    id: Id,
    slug: z.string(),
    name: z.string(),
    base_url: z.string(),
    team_id: Id.nullable(),
    key_end: z
      .string()
      .nullable()
      .describe("The key's last four characters, to tell it from others; empty for a short key, null without one"),
    requests_per_minute: z.int().nullable(),
    concurrency: z.int().nullable(),
    models: z.array(TypedModel),
    is_on: z.boolean(),
    created_at: Timestamp,
    updated_at: Timestamp,
    state: z.object({
      error: z.string().nullable().describe("Why its models could not be listed"),
      models: z.int(),
      is_starting: isStarting,
      under_way: z.int().describe("Requests that it answers right now; counted where it has a limit"),
      waiting: z.int().describe("Requests that wait for its limits"),
      active_runs: z.int(),
    }),
  })
  .meta({ id: "ModelProvider" })
export type ModelProvider = z.infer<typeof ModelProvider>

/** `team_id` names the team whose providers are meant; without it they are the caller's own. */
export const ProviderScope = z.object({ team_id: Id.nullish() })

/** A provider that the operator of the platform has set, with its state. */
export const OperatorProvider = z
  .object({ id: z.string(), name: z.string(), base_url: z.string(), set_by: z.enum(["platform", "file", "variable", "found"]) })
  .extend({ error: z.string().nullable(), models: z.int(), is_starting: isStarting })
  .meta({ id: "OperatorProvider" })
export type OperatorProvider = z.infer<typeof OperatorProvider>

/** A well-known provider, to begin with. */
export const ReadyMadeProvider = z
  .object({ slug: z.string(), name: z.string(), base_url: z.string(), needs_key: z.boolean() })
  .meta({ id: "ReadyMadeProvider" })
export type ReadyMadeProvider = z.infer<typeof ReadyMadeProvider>

export const ListProvidersResponse = z
  .object({
    providers: z.array(ModelProvider).describe(`All of the owner's, at most ${limits.providersMax}, by name`),
    operator: z.array(OperatorProvider),
    ready_made: z.array(ReadyMadeProvider),
  })
  .meta({ id: "ListProvidersResponse" })
export type ListProvidersResponse = z.infer<typeof ListProvidersResponse>

export const CreateProviderRequest = z
  .object({
    slug: Slug,
    name: Name,
    base_url: BaseUrl,
    team_id: Id.nullish(),
    key: Key.nullish(),
    requests_per_minute: PerMinute.nullish(),
    concurrency: AtOnce.nullish(),
    models: Typed.default([]),
    is_on: z.boolean().default(true),
  })
  .meta({ id: "CreateProviderRequest" })
export type CreateProviderRequest = z.infer<typeof CreateProviderRequest>

export const UpdateProviderRequest = z
  .object({
    slug: Slug.optional(),
    name: Name.optional(),
    base_url: BaseUrl.optional().describe("With another host the key must be given again"),
    key: Key.nullish().describe("Null takes the key away; without the field it stays"),
    requests_per_minute: PerMinute.nullish(),
    concurrency: AtOnce.nullish(),
    models: Typed.optional(),
    is_on: z.boolean().optional(),
  })
  .meta({ id: "UpdateProviderRequest" })
export type UpdateProviderRequest = z.infer<typeof UpdateProviderRequest>

export const TestProviderRequest = z
  .object({
    base_url: BaseUrl,
    key: Key.nullish(),
    provider_id: Id.nullish().describe("The stored provider whose key is used where none is given; its address must have the same host"),
    model: z.string().trim().min(1).max(limits.modelIdCharactersMax).nullish().describe("Asked for one short completion"),
  })
  .meta({ id: "TestProviderRequest" })
export type TestProviderRequest = z.infer<typeof TestProviderRequest>

export const providerFaults = ["address_refused", "unreachable", "key_refused", "not_compatible", "no_models", "completion_failed"] as const
export type ProviderFault = (typeof providerFaults)[number]

export const TestProviderResponse = z
  .object({
    fault: z.enum(providerFaults).nullable(),
    message: z.string().describe("What was found, in a sentence"),
    model_count: z.int(),
    models: z.array(TypedModel).describe(`The first ${limits.typedModelsMax} that it lists, with the prices it tells`),
    took_ms: z.int(),
  })
  .meta({ id: "TestProviderResponse" })
export type TestProviderResponse = z.infer<typeof TestProviderResponse>

export const FavouriteModelRequest = z
  .object({
    model: z
      .string()
      .min(1)
      .max(limits.modelIdCharactersMax + 41),
    is_favourite: z.boolean(),
  })
  .meta({ id: "FavouriteModelRequest" })

export const FavouriteModelsResponse = z.object({ favourites: z.array(z.string()) }).meta({ id: "FavouriteModelsResponse" })
