import { ShieldAlert, Wrench } from "lucide-react"
import { fixHref } from "@/components/launch/launch-fix.ts"
import { ButtonLink } from "@/components/ui/button.tsx"
import { plainFailure } from "@/contract/failures/classes.ts"
import type { Evaluation } from "@/contract/index.ts"
import { permissions, refusalOf } from "@/contract/permissions.ts"

/** What the run's code asked for without having been allowed, when the run did not fail for it: code may swallow the refusal. */
export function RefusedPermissions({ run }: { run: Evaluation }) {
  const refused = permissions.filter(({ name }) => run.refused_permissions?.includes(name))
  if (refused.length === 0 || run.failure?.class === "missing_permission") return null
  const { title, advice } = plainFailure("missing_permission")
  const fields = refused.map(({ field }) => field)
  const label = `Run again with ${refused.map(({ what }) => what).join(" and ")} allowed`
  const href = fixHref(run, { label, set: Object.fromEntries(fields.map((field) => [field, true])), focus: fields[0] ?? "" })
  return (
    <section aria-labelledby="refused" className="min-w-0 rounded-lg border border-l-4 border-l-warning bg-card p-4">
      <h2 id="refused" className="flex items-start gap-2 font-semibold text-base text-warning">
        <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="break-anywhere">{title}</span>
      </h2>
      {refused.map(({ name }) => (
        <p key={name} className="break-anywhere mt-1 max-w-prose text-sm">
          {refusalOf(name)}
        </p>
      ))}
      <p className="break-anywhere mt-3 max-w-prose text-sm">
        <span className="font-medium">What to do: </span>
        {advice}
      </p>
      {href && (
        <ButtonLink href={href} variant="primary" className="mt-3 h-auto min-h-8 max-w-full whitespace-normal py-1">
          <Wrench aria-hidden />
          {label}
        </ButtonLink>
      )}
    </section>
  )
}
