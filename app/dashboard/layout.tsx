import { redirect } from "next/navigation"
import type { ReactNode } from "react"
import { GoTo } from "@/components/commands/go-to.tsx"
import { LiveUpdates } from "@/components/shared/live-updates.tsx"
import { RunEnded } from "@/components/shared/run-ended.tsx"
import { RunningCount } from "@/components/shared/running-count.tsx"
import { runningQuery } from "@/components/shared/running-query.ts"
import { Shell } from "@/components/shell/shell.tsx"
import { ClockProvider } from "@/components/ui/text/time-ago.tsx"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"
import { currentSession } from "@/lib/auth.ts"
import { paths } from "@/lib/paths.ts"

export const dynamic = "force-dynamic"

/**
 * The signed-in person; whoever's session or key has ended signs in again. Without an answer the shell is still shown; the page inside says what
 * is wrong.
 */
async function readPerson() {
  try {
    const { data } = await (await api()).whoami()
    return data ? { id: data.id, name: data.name, slug: data.slug } : null
  } catch (error) {
    const session = await currentSession()
    if (error instanceof ApiError && error.status === 401 && session && session.kind !== "operator") redirect(paths.enter)
    if (error instanceof ApiError) return null
    throw error
  }
}

/** The runs under way, for the side bar, with the page and not after it; null without an answer. */
async function readRunning() {
  try {
    const at = Date.now()
    return { data: await (await api()).listEvaluations({ query: runningQuery }), at }
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const remote = remotePlatform()
  const [person, running] = await Promise.all([readPerson(), readRunning()])
  return (
    <ClockProvider serverNow={Date.now()}>
      <Shell
        person={person}
        runCount={running && <RunningCount seed={running} />}
        goTo={{ field: <GoTo look="field" />, icon: <GoTo look="icon" /> }}
        remoteHost={remote && URL.canParse(remote.url) ? new URL(remote.url).host : null}
      >
        <LiveUpdates />
        {person && <RunEnded userId={person.id} />}
        {children}
      </Shell>
    </ClockProvider>
  )
}
