import { readdir } from "node:fs/promises"
import path from "node:path"
import type { Home } from "../../../contract/index.ts"
import { findVisit, noteVisit } from "../../store/home/visits.ts"
import { findEnded, findRunsMade, hasEnvironment, listNewVersions } from "../../store/home/what-there-is.ts"
import { ensureOwner } from "../../store/identity/users.ts"
import { accountOf, type Context, requireUser } from "../context.ts"
import { readMarks } from "../evaluations/run-marks.ts"

const lookedAtMax = 50
const versionsMax = 5

/** The first steps with what is done of them, and what happened since the caller's last visit. */
export async function readHome(ctx: Context): Promise<Home> {
  const userId = requireUser(ctx)
  const { since, areStepsHidden } = await findVisit(ctx.db, userId)
  const [steps, news] = await Promise.all([areStepsHidden ? null : stepsDone(ctx, userId), since && newsSince(ctx, since)])
  return { steps, since: news }
}

/** Notes that the caller looks at the page, and whether they put the first steps away. */
export const noteHomeVisit = (ctx: Context, hideSteps: boolean): Promise<void> => noteVisit(ctx.db, requireUser(ctx), hideSteps)

async function stepsDone(ctx: Context, userId: string): Promise<NonNullable<Home["steps"]>> {
  const samples = { ownerId: (await ensureOwner(ctx.db, ctx.config.ownerSlug)).id, names: await sampleNames(ctx) }
  const [{ models }, environment, { hasRun, hasShared }] = await Promise.all([
    ctx.models.list(accountOf(ctx)),
    hasEnvironment(ctx.db, ctx.viewer, samples),
    findRunsMade(ctx.db, userId),
  ])
  return { model: models.some(({ model }) => !model.scripted), environment, run: hasRun, share: hasShared }
}

/** Names of the environments that come with the platform: its folders, as packages spell them. */
const sampleNames = async ({ config }: Context): Promise<string[]> =>
  (await readdir(path.join(config.root, "environments")).catch(() => [])).map((name) => name.replaceAll("_", "-"))

async function newsSince(ctx: Context, since: Date): Promise<NonNullable<Home["since"]>> {
  const [{ total, rows }, versions] = await Promise.all([
    findEnded(ctx.db, ctx.viewer, since, lookedAtMax),
    listNewVersions(ctx.db, ctx.viewer, since, versionsMax),
  ])
  const marksOf = await readMarks(
    ctx,
    rows.map(({ evaluation }) => evaluation),
  )
  const isBelow = ({ evaluation, baselineId, baselineMean }: (typeof rows)[number]): boolean => {
    const high = marksOf(evaluation).interval95?.high
    return baselineId !== evaluation.id && typeof high === "number" && baselineMean !== null && high < baselineMean
  }
  return {
    at: since.toISOString(),
    ended: total,
    failed: rows.filter(({ evaluation: { status } }) => status === "FAILED" || status === "TIMEOUT").length,
    below_baseline: rows.filter(isBelow).length,
    looked_at: rows.length,
    versions: versions.map(({ environmentId, publishedAt, ...version }) => ({
      environment_id: environmentId,
      ...version,
      published_at: publishedAt.toISOString(),
    })),
  }
}
