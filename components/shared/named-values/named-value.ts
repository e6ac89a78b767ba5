import { limits, secretNamePattern } from "@/contract/limits.ts"

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

export const nameRule = "Upper-case letters, digits and _, starting with a letter."

/** Problems of an entry that can be seen before it is sent. */
export function checkEntry(
  input: EntryInput,
  { kind, isNew, taken }: { kind: "secret" | "variable"; isNew: boolean; taken: readonly string[] },
) {
  const problems: EntryProblems = {}
  if (!secretNamePattern.test(input.name) || input.name.length > limits.secretNameCharactersMax) problems.name = nameRule
  else if (taken.includes(input.name)) problems.name = `There is a ${kind} ${input.name} already.`
  if (isNew && kind === "secret" && !input.value) problems.value = "A value is needed."
  else if (input.value !== null && new TextEncoder().encode(input.value).length > limits.secretValueBytesMax)
    problems.value = `At most ${limits.secretValueBytesMax / 1024} KiB.`
  if (input.description.length > limits.descriptionCharactersMax)
    problems.description = `At most ${limits.descriptionCharactersMax} characters.`
  return problems
}
