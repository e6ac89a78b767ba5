import {
  type CreateProviderRequest,
  type ListProvidersResponse,
  limits,
  type ModelProvider,
  type OperatorProvider,
  type TypedModel,
  type UpdateProviderRequest,
} from "../../../contract/index.ts"
import { encrypt, providerKeyContext } from "../../base/crypto.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { readyMadeProviders } from "../../inference/providers.ts"
import {
  countProviders,
  countRunsOf,
  deleteProvider as deleteRow,
  findProvider,
  insertProvider,
  listProviders as listRows,
  lockProviders,
  type ProviderRecord,
  updateProvider as updateRow,
} from "../../store/providers/providers.ts"
import { countRequests } from "../../store/providers/requests.ts"
import type { Account } from "../../store/usage/budgets.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "../identity/may.ts"
import { requireTeam } from "../identity/teams.ts"

/** Slugs that would stand before the models of the platform itself. */
const reserved = ["demo"]

const accountFor = (ctx: Context, teamId: string | null | undefined): Account => ({
  userId: requireUser(ctx),
  teamId: teamId ? requireTeam(ctx, teamId) : null,
})

/** A person's providers are theirs alone; a team's are its members'. */
const accountOfRow = ({ userId, teamId }: ProviderRecord): Account => ({ userId, teamId })

/** The providers of the caller or a team with their states, those of the operator, and well-known ones to begin with. */
export async function listProviders(ctx: Context, teamId: string | null): Promise<ListProvidersResponse> {
  const account = accountFor(ctx, teamId)
  const [rows, { providers: operator }] = await Promise.all([listRows(ctx.db, account), operatorStates(ctx)])
  return { providers: await withStates(ctx, account, rows), operator, ready_made: readyMadeProviders() }
}

async function operatorStates(ctx: Context): Promise<{ providers: OperatorProvider[] }> {
  const { providers: states } = await ctx.models.list(null)
  const known = new Map(ctx.models.providers.map((provider) => [provider.id, provider]))
  return {
    providers: states.flatMap(({ id, name, error, models, is_starting }) => {
      const provider = known.get(id)
      if (!provider || provider.source === "person") return []
      return [{ id, name, base_url: provider.base_url, set_by: provider.source, error, models, is_starting }]
    }),
  }
}

async function withStates(ctx: Context, account: Account, rows: readonly ProviderRecord[]): Promise<ModelProvider[]> {
  const [{ providers: states }, requests, runs] = await Promise.all([
    ctx.models.list(account),
    countRequests(
      ctx.db,
      rows.map(({ id }) => id),
    ),
    countRunsOf(
      ctx.db,
      account,
      rows.map(({ slug }) => slug),
    ),
  ])
  return rows.map((row) => {
    const state = row.isOn ? states.find(({ id }) => id === row.slug) : undefined
    return {
      id: row.id,
      slug: row.slug,
      name: row.name,
      base_url: row.baseUrl,
      team_id: row.teamId,
      key_end: row.keyEnd,
      requests_per_minute: row.requestsPerMinute,
      concurrency: row.concurrency,
      models: row.models,
      is_on: row.isOn,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
      state: {
        error: state?.error ?? null,
        models: state?.models ?? 0,
        is_starting: state?.is_starting ?? false,
        under_way: requests.get(row.id)?.underWay ?? 0,
        waiting: requests.get(row.id)?.waiting ?? 0,
        active_runs: runs.get(row.slug) ?? 0,
      },
    }
  })
}

/** Has this process see what it has just stored; others see it within seconds. */
async function changed(ctx: Context, row: ProviderRecord): Promise<ModelProvider> {
  ctx.ownProviders.forget(accountOfRow(row))
  const [provider] = await withStates(ctx, accountOfRow(row), [row])
  return provider as ModelProvider
}

/** Adds a provider. @throws ServiceError when its owner has one of that slug, or as many as there may be, and for a reserved slug */
export async function createProvider(ctx: Context, input: CreateProviderRequest): Promise<ModelProvider> {
  const account = accountFor(ctx, input.team_id)
  checkSlug(input.slug)
  checkModels(input.models)
  const id = newId()
  const row = await ctx.db.transaction(async (tx) => {
    await lockProviders(tx, account)
    if ((await countProviders(tx, account)) >= limits.providersMax)
      throw new ServiceError("conflict", `There are ${limits.providersMax} providers, which is the most: delete one first`)
    return insertProvider(tx, {
      id,
      ...account,
      slug: input.slug,
      name: input.name,
      baseUrl: input.base_url,
      ...sealed(ctx, id, input.key ?? null),
      requestsPerMinute: input.requests_per_minute ?? null,
      concurrency: input.concurrency ?? null,
      models: input.models,
      isOn: input.is_on,
    })
  })
  if (!row) throw slugTaken(input.slug)
  await recordProvider(ctx, "provider.create", row)
  return changed(ctx, row)
}

const recordProvider = (ctx: Context, action: "provider.create" | "provider.update" | "provider.delete", row: ProviderRecord) =>
  record(ctx, ctx.db, {
    action,
    target: { kind: "provider", id: row.id, name: row.slug },
    teamId: row.teamId,
    details: { base_url: row.baseUrl },
  })

/**
 * Changes what is given.
 * @throws ServiceError when there is no such provider for the caller, another one has the new slug, or a new host comes without a key
 */
export async function updateProvider(ctx: Context, id: string, input: UpdateProviderRequest): Promise<ModelProvider> {
  const row = await requireProvider(ctx, id)
  if (input.slug !== undefined) checkSlug(input.slug)
  if (input.models) checkModels(input.models)
  if (input.base_url !== undefined && row.sealedKey && input.key === undefined && !isSameHost(input.base_url, row.baseUrl))
    throw invalid(
      ["key"],
      "must be given again, as the address is that of another host: a stored key is only sent to the host it was given for",
    )
  const after = await updateRow(ctx.db, id, {
    slug: input.slug,
    name: input.name,
    baseUrl: input.base_url,
    ...(input.key === undefined ? {} : sealed(ctx, id, input.key)),
    requestsPerMinute: input.requests_per_minute,
    concurrency: input.concurrency,
    models: input.models,
    isOn: input.is_on,
  })
  if (after) {
    await recordProvider(ctx, "provider.update", after)
    return changed(ctx, after)
  }
  // Refused for its slug, or gone in the meantime.
  await requireProvider(ctx, id)
  throw slugTaken(input.slug ?? row.slug)
}

/** Deletes a provider: what asks for its models from now on is told that there are none. */
export async function deleteProvider(ctx: Context, id: string): Promise<void> {
  const row = await requireProvider(ctx, id)
  await ctx.db.transaction(async (tx) => {
    await deleteRow(tx, id)
    await recordProvider({ ...ctx, db: tx }, "provider.delete", row)
  })
  ctx.ownProviders.forget(accountOfRow(row))
}

/** A provider that the caller owns, alone or through a team. @throws ServiceError when there is none */
export async function requireProvider(ctx: Context, id: string): Promise<ProviderRecord> {
  requireUser(ctx)
  const row = await findProvider(ctx.db, ctx.viewer, id)
  if (!row) throw notFound("provider", id)
  requireMay(ctx, row)
  return row
}

/** Whether a key that was given for one address may be sent to another. */
export const isSameHost = (one: string, other: string): boolean => new URL(one).origin === new URL(other).origin

const slugTaken = (slug: string) => invalid(["slug"], `is that of another provider: ${slug}`)

const sealed = (ctx: Context, id: string, key: string | null) =>
  key === null
    ? { sealedKey: null, keyEnd: null }
    : {
        sealedKey: encrypt(ctx.config.secretKey, key, providerKeyContext(id)),
        // Of a short key the end would be too much of it.
        keyEnd: key.length >= 12 ? key.slice(-4) : "",
      }

function checkSlug(slug: string): void {
  if (reserved.includes(slug)) throw invalid(["slug"], `must not be ${slug}, which stands before the platform's own models`)
}

function checkModels(models: readonly TypedModel[]): void {
  const seen = new Set<string>()
  for (const [i, { id, input_usd_per_mtok: input, output_usd_per_mtok: output }] of models.entries()) {
    if (seen.has(id)) throw invalid(["models", i, "id"], `is there twice: ${id}`)
    seen.add(id)
    if ((typeof input === "number") !== (typeof output === "number"))
      throw invalid(["models", i, typeof input === "number" ? "output_usd_per_mtok" : "input_usd_per_mtok"], "is missing: a price has both")
  }
}
