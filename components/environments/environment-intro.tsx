import { Badge } from "@/components/ui/badge.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import type { EnvironmentDetail } from "@/contract/index.ts"
import { paths } from "@/lib/paths.ts"
import { CheckBadge } from "./check-badge.tsx"
import { Tags } from "./tags.tsx"

/** What an environment is, in its author's sentence, and whether it works. */
export function EnvironmentIntro({ environment, owner, name }: { environment: EnvironmentDetail; owner: string; name: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-2.5">
      {environment.description && <Sentence>{environment.description}</Sentence>}
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1.5">
        {environment.semantic_version && (
          <Badge className="min-w-0 shrink font-mono" title={`Version ${environment.semantic_version}`}>
            <span className="truncate">v{environment.semantic_version}</span>
          </Badge>
        )}
        <Badge>{environment.visibility === "PUBLIC" ? "Public" : "Private"}</Badge>
        {environment.is_sample && <Badge title="Came with the platform: everybody may run it">Sample</Badge>}
        {environment.action && (
          <a href={`${paths.environment(owner, name)}#check`} className="inline-flex rounded-sm">
            <CheckBadge status={environment.action.status} />
            <span className="sr-only">, see its log</span>
          </a>
        )}
        <Tags tags={environment.tags} href={(tag) => paths.environmentsBy({ tag })} />
      </div>
    </div>
  )
}
