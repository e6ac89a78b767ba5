import type { LaunchDraft, LaunchTarget } from "./launch-config.ts"

/** What the parts of the form share. */
export interface FormState {
  target: LaunchTarget
  draft: LaunchDraft
  set: (change: Partial<LaunchDraft>) => void
  /** The sentence to show at a field: only once the person has been there, or has tried to start the run. */
  errorAt: (field: string) => string | undefined
  /** The person has left the field. */
  touch: (field: string) => void
}

export const fieldId = (field: string): string => `launch-${field}`

/** Draft fields that hold typed text. */
export type TextField = { [Key in keyof LaunchDraft]: LaunchDraft[Key] extends string ? Key : never }[keyof LaunchDraft]
export type FlagField = { [Key in keyof LaunchDraft]: LaunchDraft[Key] extends boolean ? Key : never }[keyof LaunchDraft]
