import type { ReactNode } from "react"
import { type BlockLook, blockLook } from "@/components/charts/block-look.ts"
import { Link } from "@/components/ui/link.tsx"

interface FindingRowProps {
  /** How many, such as "4 rollouts". */
  count: string
  /** What it is, for the name of the link that the count is. */
  title: string
  /** Those that are counted; the count is plain text without it. */
  href?: string | undefined
  blocks?: readonly BlockLook[]
  /** The one thing to do about it. */
  action?: ReactNode
  children: ReactNode
}

const blocksMax = 5

/** As many blocks as there are, or as a row has room for. */
export const repeated = (look: BlockLook, count: number): BlockLook[] => Array<BlockLook>(Math.min(count, blocksMax)).fill(look)

/** One thing that stands out: how many, what, its rollouts as blocks, and what to do. */
export function FindingRow({ count, title, href, blocks = [], action, children }: FindingRowProps) {
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1 border-b py-2 text-sm md:grid-cols-[7rem_minmax(0,1fr)_auto]">
      <p className="tabular text-muted-foreground leading-6 max-md:col-span-2">
        {href ? (
          <Link href={href} prefetch={false} aria-label={`${count}: ${title}`} className="link">
            {count}
          </Link>
        ) : (
          count
        )}
      </p>
      <div className="min-w-0 leading-6">{children}</div>
      <div className="flex min-h-6 flex-wrap items-center justify-end gap-3">
        <span aria-hidden className="flex gap-[3px] max-sm:hidden">
          {blocks.map((look, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the blocks have no identity, and never change their order
            <span key={i} {...blockLook(look)} />
          ))}
        </span>
        {action}
      </div>
    </li>
  )
}
