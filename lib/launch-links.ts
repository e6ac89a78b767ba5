import type { Evaluation, FailureFix } from "@/contract/index.ts"
import { paths } from "./paths.ts"

/** The launch form, filled in from a run. Null for a run that cannot be started again here. */
export function againHref(run: Evaluation): string | null {
  if (!run.is_hosted || !run.environment) return null
  return `${paths.launch(run.environment.owner, run.environment.name)}?${new URLSearchParams({ from: run.evaluation_id })}`
}

/** The launch form, filled in from a run and with the fix applied. Null without a fix, or when the run cannot be started again here. */
export function fixHref(run: Evaluation, fix: FailureFix | null | undefined): string | null {
  const form = againHref(run)
  if (!fix || form === null) return null
  const search = new URLSearchParams()
  if (Object.keys(fix.set).length > 0) search.set("set", JSON.stringify(fix.set))
  // Without a model the form begins with choosing one.
  if (fix.focus === "model") search.set("model", "")
  else search.set("focus", fix.focus)
  return `${form}&${search}`
}
