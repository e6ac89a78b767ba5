import { ShieldAlert } from "lucide-react"
import type { Evaluation } from "@/contract/index.ts"
import { type Permission, permissionNames, refusalOf } from "@/contract/permissions.ts"

/** What the run's code asked the platform for without having been allowed, whether the run failed for it or not. */
export function RefusedPermissions({ run }: { run: Evaluation }) {
  const refused = permissionNames.filter((name: Permission) => run.refused_permissions?.includes(name))
  if (refused.length === 0) return null
  return (
    <section aria-labelledby="refused" className="min-w-0 rounded-lg border border-l-4 border-l-warning bg-card p-4">
      <h2 id="refused" className="flex items-start gap-2 font-semibold text-base text-warning">
        <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="break-anywhere">A permission was missing</span>
      </h2>
      {refused.map((name) => (
        <p key={name} className="break-anywhere mt-1 max-w-prose text-sm">
          {refusalOf(name)}
        </p>
      ))}
      <p className="break-anywhere mt-1 max-w-prose text-sm">
        <span className="font-medium">What to do: </span>
        {`run it again with ${refused.length === 1 ? "this permission" : "these permissions"} on, if you trust the environment with ${refused.length === 1 ? "it" : "them"}.`}
      </p>
    </section>
  )
}
