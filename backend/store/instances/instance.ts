import type { NewOf, Selected } from "../fields.ts"
import type { SandboxRecord } from "../sandboxes/sandbox.ts"
import { instances, sshKeys } from "../schema.ts"

export const instanceFields = {
  id: instances.id,
  userId: instances.userId,
  teamId: instances.teamId,
  evaluationId: instances.evaluationId,
  name: instances.name,
  cloudId: instances.cloudId,
  usdPerHour: instances.usdPerHour,
  hours: instances.hours,
  budgetUsd: instances.budgetUsd,
  costUsd: instances.costUsd,
  countedUntil: instances.countedUntil,
  createdAt: instances.createdAt,
  endedAt: instances.endedAt,
}

export type NewInstance = Omit<NewOf<typeof instanceFields>, "id">

/** An instance with the sandbox that it is, and where the SSH door of the worker is that keeps it. */
export type InstanceRecord = Selected<typeof instanceFields> & { sandbox: SandboxRecord; sshAddress: string | null }

export const sshKeyFields = {
  id: sshKeys.id,
  userId: sshKeys.userId,
  evaluationId: sshKeys.evaluationId,
  name: sshKeys.name,
  publicKey: sshKeys.publicKey,
  fingerprint: sshKeys.fingerprint,
  createdAt: sshKeys.createdAt,
}

export type SshKeyRecord = Selected<typeof sshKeyFields>
export type NewSshKey = NewOf<typeof sshKeyFields>
