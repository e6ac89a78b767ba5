import { useQuery } from "@tanstack/react-query"
import { Link } from "@/components/ui/link.tsx"
import type { RunFindings } from "@/contract/index.ts"
import { counted } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { paths } from "@/lib/paths.ts"
import { upperFirst } from "../words.ts"
import { FindingRow, repeated } from "./finding-row.tsx"

/** More samples of a run are never looked at. */
const lookedAtMost = 200_000
const askAgainMs = 5000

/** Kinds of failures and doubtful rewards of a run that has ended: finding them reads its samples, so the page does not wait for it. */
export function useFindings(id: string, isWanted: boolean): RunFindings | null {
  const { data } = useQuery({
    queryKey: queryKeys.findings(id),
    queryFn: () => browserReads(id).findings(),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
    // A worker reads the others meanwhile.
    refetchInterval: ({ state }) => (state.data && state.data.looked_at < Math.min(state.data.samples, lookedAtMost) ? askAgainMs : false),
  })
  return data ?? null
}

/** Doubtful rewards first, since they make the result itself doubtful; of the kinds of failures those that no other row tells. */
export function foundRows(id: string, findings: RunFindings | null) {
  if (!findings) return []
  return [...findings.suspicions, ...findings.clusters.filter(({ outcome }) => outcome === "ok")].map((found) => (
    <FindingRow
      key={`${found.name} ${found.sample_ids[0]}`}
      count={counted(found.samples, "rollout")}
      title={found.name}
      href={paths.samples(id, { only: found.sample_ids.join(",") })}
      blocks={repeated({ kind: "reward", share: "kind" in found ? 1 : 0 }, found.samples)}
      action={
        <Link href={paths.sample(id, found.sample_ids[0] ?? "")} prefetch={false} className="link text-xs">
          The first of them
        </Link>
      }
    >
      <span className="break-anywhere">{upperFirst(found.name)}</span>
      {findings.looked_at < findings.samples && (
        <span className="text-muted-foreground">{`, among the first ${counted(findings.looked_at, "rollout")}`}</span>
      )}
    </FindingRow>
  ))
}
