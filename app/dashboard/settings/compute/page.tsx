import { Server } from "lucide-react"
import type { Metadata } from "next"
import { ExecutorSection } from "@/components/settings/compute/executor-section.tsx"
import { ReadAgain } from "@/components/settings/compute/read-again.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { api, readExtensions } from "@/lib/api/server.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "../../evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Compute" }

/** Where runs run: what there is, what runs, and what waits for what. */
export default async function ComputePage() {
  const header = <PageHeader above={[{ href: paths.settings, label: "Settings" }]} title="Compute" />
  if (!(await readExtensions()).has("getCompute"))
    return (
      <div className="flex min-w-0 flex-col gap-4">
        {header}
        <EmptyState icon={<Server aria-hidden />} title="This platform does not say where runs run" />
      </div>
    )
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {header}
      {
        await orLoadError("What there is to run on could not be read", async () => {
          const { executors, scope } = (await (await api()).getCompute()).data
          return (
            <div className="flex min-w-0 flex-col gap-7">
              <ReadAgain />
              <p className="max-w-prose text-muted-foreground text-sm">
                Where a run runs is chosen under <em>Advanced</em> as it is launched.{" "}
                {scope === "own" && "Only your runs are listed by name."}
              </p>
              {executors.map((executor) => (
                <ExecutorSection key={executor.name} executor={executor} />
              ))}
            </div>
          )
        })
      }
    </div>
  )
}
