import type { FailureClass } from "./classes.ts"
import { loadingFailures } from "./loading.ts"

/** Whether the same version with the same configuration fails in the same way again: it was not even loaded, or it may not do what it needs. */
export const failsAgain = (kind: FailureClass): boolean => Object.hasOwn(loadingFailures, kind) || kind === "missing_permission"
