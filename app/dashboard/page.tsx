import { Play } from "lucide-react"
import type { Metadata } from "next"
import { latestQuery, runningQuery } from "@/components/home/home-queries.ts"
import { HomeView } from "@/components/home/home-view.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { api, readExtensions } from "@/lib/api/server.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "./evaluations/or-load-error.tsx"

export const metadata: Metadata = { title: "Home" }

export default async function HomePage() {
  const extensions = await readExtensions()
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader
        title="Home"
        actions={
          <ButtonLink href={paths.environments} variant="primary">
            <Play aria-hidden />
            Run an evaluation
          </ButtonLink>
        }
      />
      {
        await orLoadError("Your runs could not be read", async () => {
          const client = await api()
          const readAt = Date.now()
          const [home, running, latest] = await Promise.all([
            extensions.has("getHome") ? client.getHome() : null,
            client.listEvaluations({ query: runningQuery }),
            client.listEvaluations({ query: latestQuery }),
          ])
          return <HomeView home={home} running={running} latest={latest} readAt={readAt} />
        })
      }
    </div>
  )
}
