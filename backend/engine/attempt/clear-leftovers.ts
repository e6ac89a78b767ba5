import { readdir } from "node:fs/promises"
import path from "node:path"
import type { Handle } from "../../sandbox/executor.ts"
import { findCheck } from "../../store/environments/checks.ts"
import { listLeftoverAttempts, updateAttempt } from "../../store/evaluations/attempts.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import type { Engine } from "../engine.ts"
import { attemptId, handleOf, removeAttempt } from "./attempt.ts"

/**
 * Ends and deletes what attempts left on this machine whose worker could not do so itself: it was killed between two steps, or the
 * run went on elsewhere while this machine was cut off.
 */
export async function clearLeftovers(engine: Engine): Promise<void> {
  const { db, config } = engine.services
  for (const { evaluationId, number, handle } of await listLeftoverAttempts(db, engine.machine)) {
    await clear(engine, handle as unknown as Handle, attemptId(evaluationId, number))
    await updateAttempt(db, evaluationId, number, { handle: null })
  }
  for (const name of await readdir(path.join(config.dataDir, "runs")).catch(() => [])) {
    const [, check, id, number] = /^(check-)?([0-9a-z]{24})-(\d+)$/.exec(name) ?? []
    if (id === undefined) continue
    const isOver = check ? await isCheckOver(engine, id, Number(number)) : (await findEvaluationRow(db, id)) === undefined
    if (isOver) await clear(engine, handleOf(engine, name), name)
  }
}

async function isCheckOver(engine: Engine, id: string, attempt: number): Promise<boolean> {
  const action = await findCheck(engine.services.db, id)
  return action?.status !== "RUNNING" || action.attempt > attempt
}

async function clear(engine: Engine, handle: Handle, id: string): Promise<void> {
  await engine.executor.stop(handle, 0)
  await removeAttempt(engine, id)
  engine.services.log.info({ attempt: id }, "what an attempt left was cleared away")
}
