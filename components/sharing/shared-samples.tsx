import { blockLook } from "@/components/charts/block-look.ts"
import { rewardShare, type Scale } from "@/components/charts/reward-colour.ts"
import type { ListSharedSamplesResponse, SharedSample } from "@/contract/index.ts"
import { columnDecimals, formatCount, formatInColumn } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

interface SharedSamplesProps {
  token: string
  page: ListSharedSamplesResponse
  scale: Scale
  /** Whether this is not the first page. */
  isContinued: boolean
}

/** Samples of a shared run, a page of them, each with the way to its messages. */
export function SharedSamples({ token, page, scale, isContinued }: SharedSamplesProps) {
  if (page.samples.length === 0) return <p className="text-muted-foreground text-sm">No samples.</p>
  const decimals = columnDecimals(page.samples.map(({ reward }) => reward))
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted-foreground text-sm">{`${formatCount(page.total)} samples`}</p>
      <ul className="border-t">
        {page.samples.map((sample) => (
          <li key={sample.sample_id} className="relative border-b hover:bg-muted">
            <div className="flex min-w-0 items-center gap-3 py-2 text-sm">
              <span aria-hidden className="shrink-0">
                <span {...lookOf(sample, scale)} />
              </span>
              <a
                href={paths.sharedSample(token, sample.sample_id)}
                className="break-anywhere w-40 shrink-0 after:absolute after:inset-0 max-sm:w-24"
              >
                <bdi>{sample.example_id}</bdi>
                <span className="text-muted-foreground">, rollout {sample.rollout_index + 1}</span>
              </a>
              <span className="tabular w-14 shrink-0 text-right">{formatInColumn(sample.reward, decimals)}</span>
              <span className="min-w-0 truncate text-muted-foreground" dir="auto">
                {sample.outcome === "error" ? (sample.error ?? "An error") : sample.completion_preview}
              </span>
            </div>
          </li>
        ))}
      </ul>
      <nav aria-label="Pages" className="flex gap-4 text-sm">
        {isContinued && (
          <a href={paths.sharedSamples(token)} className="link">
            First page
          </a>
        )}
        {page.next && (
          <a href={paths.sharedSamples(token, { after: page.next })} className="link">
            Next page
          </a>
        )}
      </nav>
    </div>
  )
}

function lookOf({ outcome, reward }: SharedSample, scale: Scale) {
  if (outcome !== "ok") return blockLook({ kind: outcome })
  return blockLook(reward === null ? { kind: "unscored" } : { kind: "reward", share: rewardShare(reward, scale) })
}
