import type * as z from "zod"
import { Description, namedValueRules, SecretName, SecretValue, VariableValue } from "@/contract/named-values.ts"

/** A secret or a variable, as the lists show it. Only variables have a value that can be read. */
export interface NamedValue {
  id: string
  name: string
  description: string | null
  value?: string
  updatedAt: string
  /** A global secret linked to the environment: it is changed in the settings and can only be unlinked here. */
  isLinked?: boolean
  isFile?: boolean
}

/** What a form writes. A null value keeps the stored one: a secret is never sent back to be kept. */
export interface EntryInput {
  name: string
  value: string | null
  description: string
}

/** The body of a request that creates an entry. */
export const newEntry = ({ name, value, description }: EntryInput) => ({
  name,
  value: value ?? "",
  description: description === "" ? null : description,
})

/** The body of a request that changes one. */
export const changedEntry = ({ name, value, description }: EntryInput) => ({ name, description, ...(value === null ? {} : { value }) })

export interface EntryProblems {
  name?: string
  value?: string
  description?: string
}

export const nameRule = namedValueRules.name

/** Problems of an entry that can be seen before it is sent. */
export function checkEntry(
  input: EntryInput,
  { kind, isNew, taken }: { kind: "secret" | "variable"; isNew: boolean; taken: readonly string[] },
): EntryProblems {
  const name = problemOf(SecretName, input.name) ?? (taken.includes(input.name) ? `There is a ${kind} ${input.name} already.` : null)
  const valueRule = kind === "secret" && isNew ? SecretValue : VariableValue
  const value = input.value === null && !isNew ? null : problemOf(valueRule, input.value ?? "")
  const description = problemOf(Description, input.description)
  return { ...(name ? { name } : {}), ...(value ? { value } : {}), ...(description ? { description } : {}) }
}

const problemOf = (rule: z.ZodType, value: unknown): string | null => rule.safeParse(value).error?.issues[0]?.message ?? null
