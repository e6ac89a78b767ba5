import { limits, type TestProviderRequest, type TestProviderResponse } from "../../../contract/index.ts"
import { invalid } from "../../base/errors.ts"
import { tryProvider } from "../../inference/test-provider.ts"
import { type Context, requireUser } from "../context.ts"
import { isSameHost, requireProvider } from "./providers.ts"

/**
 * Tries an address with a key, or with the one of a stored provider, which is only sent to the host that it was given for.
 * @throws ServiceError for a provider that is not the caller's, and for one at another host
 */
export async function testProvider(ctx: Context, input: TestProviderRequest): Promise<TestProviderResponse> {
  requireUser(ctx)
  const key = input.key ?? (await storedKey(ctx, input))
  const began = performance.now()
  const trial = { base_url: input.base_url, key, model: input.model ?? null }
  const { fault, message, models } = await tryProvider(trial, ctx.ownProviders.dispatcher)
  return {
    fault,
    message,
    model_count: models.length,
    models: models
      .filter(({ upstreamId }) => upstreamId.length <= limits.modelIdCharactersMax)
      .slice(0, limits.typedModelsMax)
      .map(({ upstreamId: id, model: { pricing } }) => ({ id, ...pricing })),
    took_ms: Math.round(performance.now() - began),
  }
}

async function storedKey(ctx: Context, { provider_id: id, base_url }: TestProviderRequest): Promise<string | null> {
  if (!id) return null
  const row = await requireProvider(ctx, id)
  if (row.sealedKey && !isSameHost(base_url, row.baseUrl))
    throw invalid(
      ["key"],
      "must be given again, as the address is that of another host: a stored key is only sent to the host it was given for",
    )
  return ctx.ownProviders.keyOf(row)
}
