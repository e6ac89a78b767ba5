import type { ReactNode } from "react"
import { GoTo } from "@/components/commands/go-to.tsx"
import { Shell } from "@/components/shell/shell.tsx"
import { ClockProvider } from "@/components/ui/text/time-ago.tsx"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"

/** The dashboard's frame around a page outside of the dashboard. */
export async function DocsFrame({ children }: { children: ReactNode }) {
  const client = await api()
  const person = await formAction(async () => (await client.whoami()).data)
  const remote = remotePlatform()
  return (
    <ClockProvider serverNow={Date.now()}>
      <Shell
        person={person.ok ? { name: person.value.name, slug: person.value.slug } : null}
        goTo={{ field: <GoTo look="field" />, icon: <GoTo look="icon" /> }}
        remoteHost={remote && URL.canParse(remote.url) ? new URL(remote.url).host : null}
      >
        {children}
      </Shell>
    </ClockProvider>
  )
}
