import { ArgumentsCard } from "@/components/environments/arguments-card.tsx"
import { CheckCard } from "@/components/environments/check-card.tsx"
import { EnvironmentFacts } from "@/components/environments/environment-facts.tsx"
import { EnvironmentIntro } from "@/components/environments/environment-intro.tsx"
import { EnvironmentResults } from "@/components/environments/results/environment-results.tsx"
import { Leaderboard } from "@/components/environments/results/leaderboard.tsx"
import { Trend } from "@/components/environments/results/trend.tsx"
import { UsageCard } from "@/components/environments/usage-card.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Section } from "@/components/ui/section.tsx"
import { Markdown } from "@/components/ui/text/markdown.tsx"
import type { EnvironmentVersion } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "./environment.ts"

/** The page does without versions when they cannot be read. */
async function readVersions(owner: string, name: string): Promise<EnvironmentVersion[]> {
  try {
    const { data } = await (await api()).listEnvironmentVersions({ params: { owner, name } })
    return data.versions
  } catch (error) {
    if (error instanceof ApiError) return []
    throw error
  }
}

/** What only some platforms have, or tell this person; null elsewhere. */
async function readExtra<T>(extension: string, read: () => Promise<{ data: T }>): Promise<T | null> {
  if (!(await readExtensions()).has(extension)) return null
  try {
    return (await read()).data
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}

export default async function EnvironmentPage({ params }: EnvironmentParams) {
  const { owner, name } = await slugOf(params)
  const [reading, versions, results, leaderboards] = await Promise.all([
    readEnvironment(owner, name),
    readVersions(owner, name),
    readExtra("getEnvironmentResults", async () => (await api()).getEnvironmentResults({ params: { owner, name } })),
    readExtra("getLeaderboards", async () => (await api()).getLeaderboards({ params: { owner, name } })),
  ])
  // The layout shows the error.
  if (!reading.ok) return null
  const { environment } = reading
  // A check that has passed needs no attention; any other comes first.
  const hasPassed = environment.action?.status === "SUCCESS"
  const check = <CheckCard owner={owner} name={name} check={environment.action ?? null} />
  return (
    <div className="grid min-w-0 grid-cols-1 items-start gap-x-10 gap-y-7 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="flex min-w-0 flex-col gap-7">
        <EnvironmentIntro environment={environment} owner={owner} name={name} />
        {!hasPassed && check}
        {results && <EnvironmentResults results={results} version={environment.semantic_version} />}
        {results?.trend && results.runs > 0 && <Trend points={results.trend} subject={`${owner}/${name}`} />}
        {leaderboards && <Leaderboard boards={leaderboards.boards} />}
        <Section id="readme" title="README">
          {environment.readme?.trim() ? (
            <Markdown text={environment.readme} demote={2} className="max-w-[52rem]" />
          ) : (
            <EmptyState level={3} title="No README" className="border-0 py-6">
              Put a README.md beside pyproject.toml and publish a new version.
            </EmptyState>
          )}
        </Section>
        <ArgumentsCard args={environment.arguments ?? null} check={environment.action?.status ?? null} />
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        <UsageCard slug={`${owner}/${name}`} />
        {hasPassed && check}
        <EnvironmentFacts environment={environment} versions={versions} />
      </div>
    </div>
  )
}
