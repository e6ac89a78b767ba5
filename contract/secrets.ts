import * as z from "zod"
import { Id, Timestamp } from "./common.ts"
import { Description, SecretName, SecretValue, VariableValue } from "./named-values.ts"

const changes = { name: SecretName.nullish(), value: SecretValue.nullish(), description: Description.nullish() }

/** A global secret: of a user or a team, for any number of environments. Its value is never read back. */
export const Secret = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string().nullable(),
    isFile: z.boolean(),
    userId: z.string().nullable(),
    teamId: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "SecretResponse" })
export type Secret = z.infer<typeof Secret>

/** `teamId` in the query names the team whose secrets are meant; without it they are the caller's own. */
export const SecretScope = z.object({ teamId: Id.nullish() })

export const CreateSecretRequest = z
  .object({
    name: SecretName,
    value: SecretValue,
    description: Description.nullish(),
    teamId: Id.nullish(),
    isFile: z.boolean().default(false).describe("The value is a file's content in base64, at most 64 KB of it"),
  })
  .meta({ id: "SecretCreateRequest" })
export type CreateSecretRequest = z.infer<typeof CreateSecretRequest>

export const UpdateSecretRequest = z.object(changes).meta({ id: "SecretUpdateRequest" })
export type UpdateSecretRequest = z.infer<typeof UpdateSecretRequest>

/** What an environment gets as a secret: one of its own, or a global one that is linked to it. */
export const EnvironmentSecret = z
  .object({
    id: Id.describe("Of the environment's own secret, or of the global one"),
    name: z.string(),
    source: z.enum(["environment", "global-linked"]),
    description: z.string().nullable(),
    isFile: z.boolean(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "EnvironmentSecret" })
export type EnvironmentSecret = z.infer<typeof EnvironmentSecret>

export const CreateEnvironmentSecretRequest = z
  .object({ name: SecretName, value: SecretValue, description: Description.nullish() })
  .meta({ id: "CreateEnvironmentSecretRequest" })
export type CreateEnvironmentSecretRequest = z.infer<typeof CreateEnvironmentSecretRequest>

export const UpdateEnvironmentSecretRequest = z.object(changes).meta({ id: "UpdateEnvironmentSecretRequest" })
export type UpdateEnvironmentSecretRequest = z.infer<typeof UpdateEnvironmentSecretRequest>

export const SecretLink = z
  .object({ id: Id, secretId: Id, secretName: z.string(), environmentId: Id, createdAt: Timestamp })
  .meta({ id: "SecretLink" })
export type SecretLink = z.infer<typeof SecretLink>

/** A variable of an environment: like a secret, but everybody who may change the environment reads it. */
export const EnvironmentVariable = z
  .object({
    id: Id,
    name: z.string(),
    value: z.string(),
    description: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "EnvironmentVariable" })
export type EnvironmentVariable = z.infer<typeof EnvironmentVariable>

export const CreateVariableRequest = z
  .object({ name: SecretName, value: VariableValue, description: Description.nullish() })
  .meta({ id: "CreateVariableRequest" })
export type CreateVariableRequest = z.infer<typeof CreateVariableRequest>

export const UpdateVariableRequest = z.object({ ...changes, value: VariableValue.nullish() }).meta({ id: "UpdateVariableRequest" })
export type UpdateVariableRequest = z.infer<typeof UpdateVariableRequest>
