import { writeFile } from "node:fs/promises"
import path from "node:path"
import { type JsonObject, limits } from "../../../../contract/index.ts"
import { batches } from "../../../base/batches.ts"
import { ServiceError } from "../../../base/errors.ts"
import { openScratchFile } from "../../../base/scratch-file.ts"
import { findEnvironmentBySlug } from "../../../store/environments/environments.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { storeSampleNodes } from "../../../store/samples/sample-nodes.ts"
import { type Context, requireUser } from "../../context.ts"
import { requireTeam } from "../../identity/teams.ts"
import { importTraces } from "../../traces/import-traces.ts"
import { createEvaluation } from "../create-evaluation.ts"
import { deleteEvaluation } from "../delete-evaluation.ts"
import { completeUpload } from "../finalize-evaluation.ts"
import { appendSamples } from "../push-samples.ts"
import { keepRunFiles } from "../run-files.ts"
import type { LargeNode } from "./inspect-large.ts"
import { openZip } from "./open-zip.ts"
import { type Source, sourceOf } from "./sources.ts"

const rowsPerBatch = 200
const nodesPerBatch = 1000
const bytesPerBatch = 8 * 1024 * 1024

interface Wishes {
  name?: string | null | undefined
  environment?: string | null | undefined
  model?: string | null | undefined
  /** Whether the client has left before its answer: then the run is not wanted. */
  isGone?: () => boolean
  team_id?: string | null | undefined
}

/**
 * Makes an evaluation of an archive: a folder that verifiers left of a run, or a log of Inspect. It arrives whole or not at all,
 * and never more of it is in memory than a few samples. Of v1 every file is kept byte for byte.
 * @throws ServiceError for what cannot be read, with where it is
 */
export async function importRun(ctx: Context, body: AsyncIterable<Uint8Array>, wishes: Wishes): Promise<EvaluationRecord> {
  requireUser(ctx)
  // Before an archive of any size is read.
  if (wishes.team_id) requireTeam(ctx, wishes.team_id)
  const file = await openScratchFile(path.join(ctx.config.dataDir, "imports"))
  try {
    await writeFile(file, body)
    const source = await sourceOf(await openZip(file.fd))
    const task = wishes.environment ?? source.task
    const made = await createEvaluation(ctx, {
      tags: [],
      is_hosted: false,
      is_public: false,
      show_on_leaderboard: false,
      ...source.about,
      ...(wishes.model ? { model_name: wishes.model } : {}),
      ...(await evaluatedBy(ctx, task)),
      name: (wishes.name ?? source.about.name ?? task).slice(0, limits.nameCharactersMax),
      team_id: wishes.team_id,
    })
    return await fill(ctx, made, source, wishes.isGone ?? (() => false)).catch(async (error: unknown) => {
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

async function fill(ctx: Context, made: EvaluationRecord, source: Source, isGone: () => boolean): Promise<EvaluationRecord> {
  if ("rows" in source) {
    const nodes = new NodeWriter(ctx.db, made.id)
    await storeRows(
      ctx,
      made.id,
      whileThere(
        source.rows((node) => {
          demandThere(isGone)
          return nodes.add(node)
        }),
        isGone,
      ),
    )
    await nodes.flush()
  } else await importTraces(ctx, made, whileThere(source.lines(), isGone), source.format)
  if (source.files) await keepRunFiles(ctx, made.id, source.files())
  return completeUpload(ctx, made.id)
}

/** @throws ServiceError where the client has left */
function demandThere(isGone: () => boolean): void {
  if (isGone()) throw new ServiceError("conflict", "The upload was stopped")
}

async function* whileThere<T>(values: AsyncIterable<T>, isGone: () => boolean): AsyncGenerator<T> {
  for await (const value of values) {
    demandThere(isGone)
    yield value
  }
}

/** Stores nodes of large samples in groups. */
class NodeWriter {
  private nodes: LargeNode[] = []
  private bytes = 0

  constructor(
    private readonly db: Context["db"],
    private readonly evaluationId: string,
  ) {}

  async add(node: LargeNode): Promise<void> {
    this.nodes.push(node)
    this.bytes += node.bytes.length
    if (this.nodes.length >= nodesPerBatch || this.bytes >= bytesPerBatch) await this.flush()
  }

  async flush(): Promise<void> {
    const nodes = this.nodes
    this.nodes = []
    this.bytes = 0
    await storeSampleNodes(this.db, this.evaluationId, nodes)
  }
}

async function storeRows(ctx: Context, id: string, rows: AsyncIterable<{ row: JsonObject; bytes: number }>): Promise<void> {
  let stored = 0
  for await (const batch of batches(rows, { values: rowsPerBatch, bytes: bytesPerBatch })) {
    const keys = batch.map((_, i) => `import:${stored + i}`)
    await appendSamples(
      ctx,
      id,
      batch.map(({ row }) => row),
      keys,
    )
    stored += batch.length
  }
}
