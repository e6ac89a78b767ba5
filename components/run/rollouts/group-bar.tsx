"use client"

import { type BlockLook, blockLook } from "@/components/charts/block-look.ts"
import { rewardShare, type Scale } from "@/components/charts/reward-colour.ts"
import type { RunStatistics } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { useLinkStrip } from "./use-link-strip.ts"

type Group = NonNullable<RunStatistics["example_groups"]>[number]

const lookOf = ({ errored, count, mean }: Group, scale: Scale): BlockLook =>
  errored === count ? { kind: "error" } : mean === null ? { kind: "unscored" } : { kind: "reward", share: rewardShare(mean, scale) }

/** The text of a block for screen readers. */
function wordsOf({ from, to, examples, count, errored, mean }: Group): string {
  const which = examples === 1 ? `Example ${from}` : `${formatCount(examples)} examples, ${from} to ${to}`
  return `${which}: mean reward ${formatScore(mean)}, ${formatCount(count)} rollouts${errored > 0 ? `, ${formatCount(errored)} with errors` : ""}`
}

/** A run that is too long for a block per rollout: one for each group of neighbouring examples, coloured by their mean. */
export function GroupBar({ runId, groups, scale }: { runId: string; groups: readonly Group[]; scale: Scale }) {
  const strip = useLinkStrip()
  return (
    <ul {...strip} aria-label="Groups of examples" className="flex flex-wrap gap-[3px]">
      {groups.map((group, i) => (
        <li key={group.from}>
          <a
            href={group.examples === 1 ? paths.samples(runId, { example: group.from }) : paths.samples(runId, { sort: "example" })}
            tabIndex={i === 0 ? 0 : -1}
            aria-label={wordsOf(group)}
            title={wordsOf(group)}
            {...blockLook(lookOf(group, scale), "size-5")}
          />
        </li>
      ))}
    </ul>
  )
}
