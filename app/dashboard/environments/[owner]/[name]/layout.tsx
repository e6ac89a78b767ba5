import type { Metadata } from "next"
import type { ReactNode } from "react"
import { LoadError } from "@/components/shell/load-error.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { TabsNav } from "@/components/ui/tabs-nav.tsx"
import { readExtensions } from "@/lib/api/server.ts"
import { isolated } from "@/lib/isolated.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "./environment.ts"
import { LaunchOrFork } from "./launch-or-fork.tsx"

export async function generateMetadata({ params }: EnvironmentParams): Promise<Metadata> {
  const { owner, name } = await slugOf(params)
  const slug = isolated(`${owner}/${name}`)
  return { title: { default: slug, template: `%s · ${slug} · Hosted Evals` } }
}

export default async function EnvironmentLayout({ params, children }: EnvironmentParams & { children: ReactNode }) {
  const { owner, name } = await slugOf(params)
  const reading = await readEnvironment(owner, name)
  const above = [
    { href: paths.environments, label: "Environments" },
    { href: paths.environmentsBy({ owner }), label: owner },
  ]
  if (!reading.ok)
    return (
      <div className="flex flex-col gap-4">
        <PageHeader above={above} title={name} />
        <LoadError title="This environment could not be read" message={reading.message} />
      </div>
    )
  const { environment } = reading
  const extensions = await readExtensions()
  const tabs = [
    { href: paths.environment(owner, name), label: "Overview" },
    { href: paths.environmentEvaluations(owner, name), label: "Evaluations" },
    // A platform of an older version, or another's, keeps no examples.
    ...((await readExtensions()).has("listDatasetExamples") ? [{ href: paths.dataset(owner, name), label: "Dataset" }] : []),
    { href: paths.files(owner, name), label: "Files" },
    { href: paths.versions(owner, name), label: "Versions" },
    { href: paths.checks(owner, name), label: "Checks" },
    ...(extensions.has("listSchedules") ? [{ href: paths.schedules(owner, name), label: "Schedules" }] : []),
    // Secrets and deletion are for those who may change it.
    ...(environment.can_write ? [{ href: paths.environmentSettings(owner, name), label: "Settings" }] : []),
  ]
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader
        above={above}
        title={name}
        tabs={<TabsNav label={`Pages of ${name}`} tabs={tabs} />}
        actions={<LaunchOrFork environment={environment} owner={owner} name={name} />}
      />
      {children}
    </div>
  )
}
