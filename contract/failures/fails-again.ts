import type { FailureClass } from "./classes.ts"
import type { loadingFailures } from "./loading.ts"

/** By name: the rows themselves, with all that recognises them, are more than a page needs for this. */
const loading: Record<keyof typeof loadingFailures, true> = {
  environment_install: true,
  environment_dependency: true,
  environment_arguments: true,
  environment_import: true,
  environment_load: true,
}

/** Whether the same version with the same configuration fails in the same way again: it was not even loaded, or it may not do what it needs. */
export const failsAgain = (kind: FailureClass): boolean => Object.hasOwn(loading, kind) || kind === "missing_permission"
