import type { ChangesOf, NewOf, Selected } from "../fields.ts"
import { environmentActions } from "../schema.ts"

export const checkFields = {
  id: environmentActions.id,
  environmentId: environmentActions.environmentId,
  versionId: environmentActions.versionId,
  status: environmentActions.status,
  trigger: environmentActions.trigger,
  error: environmentActions.error,
  attempt: environmentActions.attempt,
  leaseOwner: environmentActions.leaseOwner,
  leaseUntil: environmentActions.leaseUntil,
  createdAt: environmentActions.createdAt,
  startedAt: environmentActions.startedAt,
  completedAt: environmentActions.completedAt,
}

/** A check of a version. */
export type CheckRecord = Selected<typeof checkFields>
export type NewCheck = NewOf<typeof checkFields>
export type CheckChanges = ChangesOf<typeof checkFields>
