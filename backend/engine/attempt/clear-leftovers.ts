import { readdir } from "node:fs/promises"
import { findCheck } from "../../store/environments/checks.ts"
import { listLeftoverAttempts, updateAttempt } from "../../store/evaluations/attempts.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import type { WorkerContext } from "../worker-context.ts"
import { type AttemptHandle, stopAttempt } from "./attempt-process.ts"
import { attemptId, attemptsFolder, foldersOfAttempt, handleOf, removeAttempt } from "./folder.ts"

/**
 * Ends and deletes attempts on this machine that their worker could not clear away itself: it was killed between two steps, or the
 * run continued elsewhere while this machine was cut off.
 */
export async function clearLeftovers(context: WorkerContext): Promise<void> {
  const { db } = context.services
  for (const { evaluationId, number, handle } of await listLeftoverAttempts(db, context.machine)) {
    await clear(context, handle as unknown as AttemptHandle, attemptId(evaluationId, number))
    await updateAttempt(db, evaluationId, number, { handle: null })
  }
  for (const name of await readdir(attemptsFolder(context)).catch(() => [])) {
    const [, check, id, number] = /^(check-)?([0-9a-z]{24})-(\d+)(?:-s\d+)?$/.exec(name) ?? []
    if (id === undefined) continue
    const isOver = check ? await isCheckOver(context, id, Number(number)) : (await findEvaluationRow(db, id)) === undefined
    if (isOver) await clear(context, handleOf(context, name), name)
  }
}

async function isCheckOver(context: WorkerContext, id: string, attempt: number): Promise<boolean> {
  const check = await findCheck(context.services.db, id)
  return check?.status !== "RUNNING" || check.attempt > attempt
}

async function clear(context: WorkerContext, handle: AttemptHandle, id: string): Promise<void> {
  await stopAttempt(context, handle, 0)
  for (const name of await foldersOfAttempt(context, id)) await removeAttempt(context, name)
  context.services.log.info({ attempt: id }, "cleared away what an attempt had left")
}
