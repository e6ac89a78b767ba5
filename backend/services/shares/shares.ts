import { type CreateShareRequest, type ListSharesResponse, limits, type RunShare } from "../../../contract/index.ts"
import { decrypt, encrypt, hashToken, shareContext } from "../../base/crypto.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { newId, newShareToken } from "../../base/ids.ts"
import { lockEvaluation } from "../../store/evaluations/evaluations.ts"
import { countShares, deleteShare, insertShare, listShares, type ShareRecord } from "../../store/shares/shares.ts"
import { hashPassword } from "../accounts/password-hash.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"

const dayMs = 86_400_000

const toShare = ({ config }: Context, row: ShareRecord): RunShare => ({
  id: row.id,
  evaluation_id: row.evaluationId,
  url: new URL(`/s/${decrypt(config.secretKey, row.sealedToken, shareContext(row.id))}`, config.publicUrl).href,
  samples: row.samples,
  logs: row.logs,
  has_password: row.passwordHash !== null,
  expires_at: row.expiresAt?.toISOString() ?? null,
  created_at: row.createdAt.toISOString(),
  last_opened_at: row.lastOpenedAt?.toISOString() ?? null,
})

/** The links to a run, for whoever may see it. */
export async function readShares(ctx: Context, evaluationId: string): Promise<ListSharesResponse> {
  await requireEvaluation(ctx, evaluationId)
  return { evaluation_id: evaluationId, shares: (await listShares(ctx.db, evaluationId)).map((row) => toShare(ctx, row)) }
}

/**
 * Makes a link that opens a run without an account.
 * @throws ServiceError conflict where the run has as many as it may
 */
export async function createShare(ctx: Context, evaluationId: string, request: CreateShareRequest): Promise<RunShare> {
  const userId = requireUser(ctx)
  await requireEvaluation(ctx, evaluationId)
  const id = newId()
  const token = newShareToken()
  const passwordHash = request.password ? await hashPassword(request.password) : null
  return ctx.db.transaction(async (tx) => {
    if (!(await lockEvaluation(tx, evaluationId))) throw notFound("evaluation", evaluationId)
    if ((await countShares(tx, evaluationId)) >= limits.sharesMax)
      throw new ServiceError("conflict", `An evaluation has at most ${limits.sharesMax} links: revoke one that is not needed any more`)
    const row = await insertShare(tx, {
      id,
      evaluationId,
      userId,
      tokenHash: hashToken(token),
      sealedToken: encrypt(ctx.config.secretKey, token, shareContext(id)),
      passwordHash,
      samples: request.samples,
      logs: request.logs,
      expiresAt: request.expires_in_days ? new Date(Date.now() + request.expires_in_days * dayMs) : null,
    })
    await record(ctx, tx, {
      action: "share.create",
      target: { kind: "run", id: evaluationId },
      details: { link: id, samples: row.samples, logs: row.logs, expires_at: row.expiresAt?.toISOString() ?? null },
    })
    return toShare(ctx, row)
  })
}

export async function revokeShare(ctx: Context, evaluationId: string, id: string): Promise<void> {
  await requireEvaluation(ctx, evaluationId)
  await ctx.db.transaction(async (tx) => {
    if (!(await deleteShare(tx, evaluationId, id))) throw notFound("link", id)
    await record(ctx, tx, { action: "share.revoke", target: { kind: "run", id: evaluationId }, details: { link: id } })
  })
}
