import { ArrowLeft } from "lucide-react"
import { blockLook } from "@/components/charts/block-look.ts"
import { rolloutLook, rolloutWords } from "@/components/charts/rollout-look.ts"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { SampleSummary } from "@/contract/index.ts"

interface SampleTitleProps {
  sample: SampleSummary
  /** Rollouts of the same example, this one among them. */
  rollouts: readonly SampleSummary[]
  list: string
  href: (sampleId: string) => string
}

/** Which rollout of which example this is, with the blocks of the others as a way to them. */
export function SampleTitle({ sample, rollouts, list, href }: SampleTitleProps) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1.5 text-sm">
      <Link href={list} aria-label="Samples" title="All samples" className="rounded-sm text-muted-foreground hover:text-foreground">
        <ArrowLeft aria-hidden className="size-4" />
      </Link>
      <p className="break-anywhere">
        Example <bdi className="font-mono text-xs">{sample.example_id}</bdi>
        <span className="text-muted-foreground">{`, rollout ${sample.rollout_index + 1}`}</span>
      </p>
      {rollouts.length > 1 && (
        <ul aria-label="Rollouts of this example" className="flex flex-wrap gap-[3px]">
          {rollouts.slice(0, blocksMax).map((one) => (
            <li key={one.sample_id} className="flex">
              <Link
                href={href(one.sample_id)}
                prefetch={false}
                aria-current={one.sample_id === sample.sample_id ? "page" : undefined}
                aria-label={`Rollout ${one.rollout_index + 1}: ${rolloutWords(one)}`}
                title={`Rollout ${one.rollout_index + 1}: ${rolloutWords(one)}`}
                className={cn(
                  "rounded-[2px] p-1.5 -m-1.5",
                  one.sample_id === sample.sample_id && "[&>span]:outline-2 [&>span]:outline-foreground [&>span]:outline-offset-1",
                )}
              >
                <span aria-hidden {...blockLook(rolloutLook(one))} />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const blocksMax = 32
