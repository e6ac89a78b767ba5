import type { CodePlace } from "./code-place.ts"

/** One exception of a chain of causes, as the runner reports it or as it was read out of a row. */
export interface ErrorLink {
  type: string
  message: string
  status?: number | null | undefined
  /** Of a ModuleNotFoundError: which module. */
  module?: string | null | undefined
  /** Of a KeyError that os.environ raised: which variable. Undefined when that is not known. */
  variable?: string | null | undefined
  place?: CodePlace | null | undefined
}

/** What was going on when the exception was raised. */
export type ErrorStage = "import" | "load" | "rollout" | "scoring"

interface Words {
  explanation?: string
  advice?: string
}

/** How a failure of a class is recognised by an exception. */
export interface FailureCase {
  when: (link: ErrorLink, stage: ErrorStage, chain: readonly ErrorLink[]) => boolean
  /** Where more can be said than the words of the class do. */
  words?: Words | ((link: ErrorLink) => Words)
}

/** A class of failures: what people read about it, and the exceptions that belong to it. */
export interface FailureRow {
  /** A few words, for counts and filters. */
  label: string
  title: string
  explanation: string
  advice: string
  /**
   * The first case that fits decides, in the order of the rows in their table. None for classes that no exception identifies: those are
   * recognised by how the process ended, in the engine.
   */
  cases?: readonly FailureCase[]
}

/** Whether the exception has one of these names, in whatever module. */
export const named = (link: ErrorLink, ...names: string[]): boolean => names.includes(link.type.split(".").at(-1) ?? "")

export const says = (link: ErrorLink, pattern: RegExp): boolean => pattern.test(link.message)

/** Whether a server answered with one of these statuses. */
export const answered = (link: ErrorLink, ...statuses: number[]): boolean => statuses.includes(link.status ?? 0)
