import type { FailureRow } from "./failure-row.ts"
import { inferenceFailures } from "./inference.ts"
import { limitFailures } from "./limits.ts"
import { loadingFailures } from "./loading.ts"
import { rolloutFailures } from "./rollouts.ts"
import { runEndFailures } from "./run-ends.ts"

const rows = { ...loadingFailures, ...rolloutFailures, ...limitFailures, ...inferenceFailures, ...runEndFailures }

/** Why a run ended badly, or what went wrong in a rollout. */
export type FailureClass = keyof typeof rows

/** What people read when something of this class happened: what it was, and what to do about it. */
export const failureWordings: Record<FailureClass, FailureRow> = rows

export const failureClasses = Object.keys(rows) as [FailureClass, ...FailureClass[]]

/** A failure of which nothing but its class is known. */
export function plainFailure<Class extends FailureClass>(kind: Class) {
  const { title, explanation, advice } = failureWordings[kind]
  return { class: kind, title, explanation, advice, exception: null, message: null, traceback: null, place: null, fix: null }
}
