import { writeFile } from "node:fs/promises"
import path from "node:path"
import { limits } from "../../../../contract/index.ts"
import { batches } from "../../../base/batches.ts"
import { openScratchFile } from "../../../base/scratch-file.ts"
import { findEnvironmentBySlug } from "../../../store/environments/environments.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { updateEvaluation } from "../../../store/evaluations/evaluations.ts"
import { signalNotice } from "../../../store/signals.ts"
import { type Context, requireUser } from "../../context.ts"
import { createEvaluation } from "../create-evaluation.ts"
import { deleteEvaluation } from "../delete-evaluation.ts"
import { appendSamples } from "../push-samples.ts"
import { openZip } from "./open-zip.ts"
import { type Source, sourceOf } from "./sources.ts"

const rowsPerBatch = 200
const bytesPerBatch = 8 * 1024 * 1024

interface Wishes {
  name?: string | null | undefined
  team_id?: string | null | undefined
}

/**
 * Makes an evaluation of an archive: a folder that verifiers left of a run, or a log of Inspect. It arrives whole or not at all,
 * and never more of it is in memory than a few samples.
 * @throws ServiceError for what cannot be read, with where it is
 */
export async function importRun(ctx: Context, body: AsyncIterable<Uint8Array>, { name, team_id }: Wishes): Promise<EvaluationRecord> {
  requireUser(ctx)
  const file = await openScratchFile(path.join(ctx.config.dataDir, "imports"))
  try {
    await writeFile(file, body)
    const source = await sourceOf(await openZip(file.fd))
    const made = await createEvaluation(ctx, {
      tags: [],
      is_hosted: false,
      is_public: false,
      show_on_leaderboard: false,
      ...source.about,
      ...(await evaluatedBy(ctx, source.task)),
      name: (name ?? source.about.name ?? source.task).slice(0, limits.nameCharactersMax),
      team_id,
    })
    return await fill(ctx, made, source).catch(async (error: unknown) => {
      await deleteEvaluation(ctx, made.id)
      throw error
    })
  } finally {
    await file.close()
  }
}

/** The environment of that name where there is one; a suite of that name otherwise, since nobody published it here. */
async function evaluatedBy(ctx: Context, task: string) {
  const [owner, name] = task.split("/")
  const found = owner && name ? await findEnvironmentBySlug(ctx.db, ctx.viewer, owner, name) : undefined
  return found ? { environments: [{ id: found.environment.id }] } : { suite_id: task }
}

async function fill(ctx: Context, { id }: EvaluationRecord, source: Source): Promise<EvaluationRecord> {
  let stored = 0
  for await (const batch of batches(source.rows(), { values: rowsPerBatch, bytes: bytesPerBatch })) {
    const keys = batch.map((_, i) => `import:${stored + i}`)
    await appendSamples(
      ctx,
      id,
      batch.map(({ row }) => row),
      keys,
    )
    stored += batch.length
  }
  const ended = await updateEvaluation(ctx.db, id, { status: "COMPLETED", phase: "ended", completedAt: new Date() })
  await signalNotice(ctx.db, ended as EvaluationRecord)
  return ended as EvaluationRecord
}
