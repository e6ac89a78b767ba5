import type { environmentSecrets, environmentVariables, secretLinks, secrets } from "../schema.ts"

export type SecretRecord = typeof secrets.$inferSelect

export type EnvironmentSecretRecord = typeof environmentSecrets.$inferSelect

export type LinkRecord = typeof secretLinks.$inferSelect

export type VariableRecord = typeof environmentVariables.$inferSelect

/** What of a row may change. */
export type Changes<T> = Partial<Pick<T, Extract<keyof T, "name" | "description" | "sealed" | "value">>>
