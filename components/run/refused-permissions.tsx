import { ShieldAlert } from "lucide-react"
import { plainFailure } from "@/contract/failures/classes.ts"
import type { Evaluation } from "@/contract/index.ts"
import { permissions, refusalOf } from "@/contract/permissions.ts"
import { Advice, Callout } from "./callout.tsx"
import { FixLink } from "./fix-link.tsx"

/** What the run's code was refused for want of a permission, when the run did not fail for it: code may swallow the refusal. */
export function RefusedPermissions({ run }: { run: Evaluation }) {
  const refused = permissions.filter(({ name }) => run.refused_permissions?.includes(name))
  if (refused.length === 0 || run.failure?.class === "missing_permission") return null
  const { title, advice } = plainFailure("missing_permission")
  const label = `Run again with ${refused.map(({ what }) => what).join(" and ")} allowed`
  const fields = refused.map(({ field }) => field)
  const fix = { label, set: Object.fromEntries(fields.map((field) => [field, true])), focus: fields[0] ?? "" }
  return (
    <Callout id="refused" tone="warning" Icon={ShieldAlert} title={title}>
      {refused.map(({ name }) => (
        <p key={name} className="break-anywhere mt-1 max-w-prose text-sm">
          {refusalOf(name)}
        </p>
      ))}
      <Advice>{advice}</Advice>
      <FixLink run={run} fix={fix} />
    </Callout>
  )
}
