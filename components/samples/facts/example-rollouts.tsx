import { blockLook } from "@/components/charts/block-look.ts"
import { rolloutLook, rolloutWords } from "@/components/charts/rollout-look.ts"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { SampleSummary } from "@/contract/index.ts"
import { answerIn } from "@/contract/samples/answers.ts"
import { formatCount } from "@/lib/format.ts"

interface ExampleRolloutsProps {
  rollouts: readonly SampleSummary[]
  current: string
  /** There are more of this example than are listed. */
  moreHref: string | null
  href: (sampleId: string) => string
}

/** All rollouts of a sample's example, each with what it answered. */
export function ExampleRollouts({ rollouts, current, moreHref, href }: ExampleRolloutsProps) {
  if (rollouts.length < 2) return null
  return (
    <nav aria-labelledby="example-rollouts" className="min-w-0">
      <h3 id="example-rollouts" className="mb-1 text-2xs text-muted-foreground">
        {`${formatCount(rollouts.length)}${moreHref === null ? "" : " or more"} rollouts of this example`}
      </h3>
      <ol className="max-h-72 overflow-y-auto">
        {rollouts.map((sample) => (
          <li key={sample.sample_id}>
            <Link
              href={href(sample.sample_id)}
              prefetch={false}
              aria-current={sample.sample_id === current ? "page" : undefined}
              aria-label={`Rollout ${sample.rollout_index + 1}: ${rolloutWords(sample)}`}
              className={cn(
                "flex h-6 min-w-0 items-center gap-2 rounded-sm text-xs hover:bg-muted focus-visible:outline-offset-[-2px] max-lg:h-9",
                sample.sample_id === current && "font-semibold",
              )}
            >
              <span aria-hidden className="shrink-0">
                <span {...blockLook(rolloutLook(sample))} />
              </span>
              <span className="tabular w-5 shrink-0 text-muted-foreground">{sample.rollout_index + 1}</span>
              <bdi className={cn("min-w-0 truncate", sample.outcome === "error" && "text-danger")}>
                {sample.outcome === "error" ? sample.error : (sample.answer_preview ?? answerIn(sample.completion_preview))}
              </bdi>
            </Link>
          </li>
        ))}
      </ol>
      {moreHref !== null && (
        <Link href={moreHref} prefetch={false} className="link text-xs">
          All of them
        </Link>
      )}
    </nav>
  )
}
