import { readdir, readFile, realpath } from "node:fs/promises"
import path from "node:path"
import { toError } from "../../base/errors.ts"
import { type Handle, workFiles } from "../../sandbox/executor.ts"
import { removeFolder } from "../../sandbox/remove-folder.ts"
import { findEnvironmentOwner } from "../../store/environments/environments.ts"
import { isOfAttempt } from "../shards/shard-jobs.ts"
import type { WorkerContext } from "../worker-context.ts"
import { keepFetchedData, keptFolder } from "./kept-data.ts"

/*
 * An attempt is one process of an environment, or several that play a share of a run each (shards), from the start to the last byte
 * written. A run is made of one or more attempts, a check of one; they decide what its end means.
 */

/** The name of a run's attempt and of its folder. */
export const attemptId = (evaluationId: string, number: number): string => `${evaluationId}-${number}`

export const checkAttemptId = (checkId: string, number: number): string => `check-${checkId}-${number}`

/** The folder that holds the folders of all attempts on this machine. */
export const attemptsFolder = ({ services }: Pick<WorkerContext, "services">): string => path.join(services.config.dataDir, "runs")

export const attemptFolder = (context: Pick<WorkerContext, "services">, id: string): string => path.join(attemptsFolder(context), id)

/** The handle of the attempt with this name, even if its start was never completed: the name leads to the folder. */
export const handleOf = (context: Pick<WorkerContext, "services" | "executor">, id: string): Handle => ({
  kind: context.executor.kind,
  id,
  workDir: attemptFolder(context, id),
})

/** The programs of all attempts on this machine, of the processes that wait for a run too. */
export async function interpretersInUse(context: Pick<WorkerContext, "services">): Promise<Set<string>> {
  const folder = attemptsFolder(context)
  const names = await readdir(folder).catch((): string[] => [])
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name, workFiles.spawn), "utf8").catch(() => null)))
  return new Set(texts.filter((text) => text !== null).flatMap((text) => (JSON.parse(text) as { argv: string[] }).argv.slice(0, 1)))
}

/** Keeps what the environment of an ended attempt fetched, for the next run or check of its owner, a user or a team. */
export async function keepDataOf(context: Pick<WorkerContext, "services">, id: string, environmentId: string | null): Promise<void> {
  const { config, db, log } = context.services
  const { dataDir, keptDataBytes } = config
  if (!environmentId || keptDataBytes === 0) return
  const workDir = await realpath(attemptFolder(context, id)).catch(() => null)
  const owner = workDir && (await findEnvironmentOwner(db, environmentId))
  if (!workDir || !owner) return
  const home = path.join(workDir, workFiles.home)
  await keepFetchedData(home, keptFolder(dataDir, owner), keptDataBytes).catch((error: unknown) =>
    log.warn({ error: toError(error).message, attempt: id }, "what an environment fetched was not kept"),
  )
}

/** The names of what an attempt has on disk: its own, or those of its shards. */
export async function foldersOfAttempt(context: Pick<WorkerContext, "services">, id: string): Promise<string[]> {
  const names = await readdir(attemptsFolder(context)).catch((): string[] => [])
  return names.filter((name) => isOfAttempt(id, name))
}

/** Deletes what a process left on disk, secret files included. */
export async function removeAttempt(context: Pick<WorkerContext, "services">, id: string): Promise<void> {
  const named = attemptFolder(context, id)
  // The name of an attempt that a warm process took on is a link to that process's folder.
  const folder = await realpath(named).catch(() => named)
  for (const one of new Set([folder, named])) await removeFolder(one).catch(() => {})
}
