import { ScrollText } from "lucide-react"
import type { Metadata } from "next"
import { AuditFilters } from "@/components/settings/audit/audit-filters.tsx"
import { auditSearch, toAuditQuery } from "@/components/settings/audit/audit-search.ts"
import { AuditTable } from "@/components/settings/audit/audit-table.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "../../evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Audit log" }

/** Who did what to what. */
export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await auditSearch.load(searchParams)
  const above = [{ href: paths.settings, label: "Settings" }]
  if (!(await readExtensions()).has("listAudit"))
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <PageHeader above={above} title="Audit log" />
        <EmptyState icon={<ScrollText aria-hidden />} title="This platform keeps no audit log" />
      </div>
    )
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {
        await orLoadError("The audit log could not be read", async () => {
          const { entries, next, scope, people } = await (await api()).listAudit({ query: toAuditQuery(state) })
          return (
            <>
              <PageHeader above={above} title="Audit log" actions={<AuditFilters people={people} />} />
              <p className="max-w-prose text-muted-foreground text-sm">
                {scope === "all" ? "What everybody did on this platform, newest first." : "What you did on this platform, newest first."}{" "}
                Each entry has the hash of the one before; the operator checks them all with{" "}
                <code className="font-mono text-xs">npm run audit -- verify</code>.
              </p>
              {entries.length === 0 ? (
                <EmptyState
                  icon={<ScrollText aria-hidden />}
                  title={auditSearch.hasFilters(state) ? "Nothing fits these filters" : "Nothing yet"}
                >
                  Signing in, keys, secrets, providers, versions, runs, links, budgets and deletions are written down here.
                </EmptyState>
              ) : (
                <AuditTable entries={entries} />
              )}
              {(next !== null || state.before !== null) && (
                <nav aria-label="Pages" className="flex justify-end gap-2">
                  {state.before !== null && (
                    <ButtonLink href={auditSearch.href(paths.audit, state, { before: null })} prefetch={false}>
                      Newest
                    </ButtonLink>
                  )}
                  {next !== null && (
                    <ButtonLink href={auditSearch.href(paths.audit, state, { before: next })} prefetch={false}>
                      Older
                    </ButtonLink>
                  )}
                </nav>
              )}
            </>
          )
        })
      }
    </div>
  )
}
