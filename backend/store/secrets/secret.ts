import type { NewOf, Selected } from "../fields.ts"
import { environmentSecrets, environmentVariables, secretLinks, secrets } from "../schema.ts"

export const secretFields = {
  id: secrets.id,
  userId: secrets.userId,
  teamId: secrets.teamId,
  name: secrets.name,
  description: secrets.description,
  isFile: secrets.isFile,
  sealed: secrets.sealed,
  createdAt: secrets.createdAt,
  updatedAt: secrets.updatedAt,
}

/** A global secret, its value encrypted. */
export type SecretRecord = Selected<typeof secretFields>
export type NewSecret = NewOf<typeof secretFields>

export const environmentSecretFields = {
  id: environmentSecrets.id,
  environmentId: environmentSecrets.environmentId,
  name: environmentSecrets.name,
  description: environmentSecrets.description,
  sealed: environmentSecrets.sealed,
  createdAt: environmentSecrets.createdAt,
  updatedAt: environmentSecrets.updatedAt,
}

/** A secret of one environment, its value encrypted. */
export type EnvironmentSecretRecord = Selected<typeof environmentSecretFields>
export type NewEnvironmentSecret = NewOf<typeof environmentSecretFields>

export const linkFields = {
  id: secretLinks.id,
  environmentId: secretLinks.environmentId,
  secretId: secretLinks.secretId,
  createdAt: secretLinks.createdAt,
}

/** A global secret that is linked to an environment. */
export type LinkRecord = Selected<typeof linkFields>
export type NewLink = NewOf<typeof linkFields>

export const variableFields = {
  id: environmentVariables.id,
  environmentId: environmentVariables.environmentId,
  name: environmentVariables.name,
  value: environmentVariables.value,
  description: environmentVariables.description,
  createdAt: environmentVariables.createdAt,
  updatedAt: environmentVariables.updatedAt,
}

/** A variable of an environment. */
export type VariableRecord = Selected<typeof variableFields>
export type NewVariable = NewOf<typeof variableFields>

/** What of a row may change. */
export type Changes<T> = Partial<Pick<T, Extract<keyof T, "name" | "description" | "sealed" | "value">>>
