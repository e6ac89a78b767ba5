import { blockLook } from "@/components/charts/block-look.ts"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { rolloutLook, rolloutWords } from "@/components/charts/rollout-look.ts"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { ComparedRollout } from "@/contract/compare/compare.ts"
import type { JsonObject } from "@/contract/index.ts"
import { cutText } from "@/contract/text/cut-text.ts"
import { paths } from "@/lib/paths.ts"
import { expectedAnswer, sharedTurns, type TurnText, turnsOf } from "./turns.ts"
import { type Stretch, wordDiff } from "./word-diff.ts"

export interface Side {
  runId: string
  label: string
  rollouts: readonly ComparedRollout[]
  /** The rollout that is shown; null where the run has none of this example. */
  chosen: { rollout: ComparedRollout; sample: JsonObject } | null
  /** The address with another rollout of this run shown. */
  href: (sampleId: string) => string
}

/** Of long messages and conversations a part is compared here; the samples' own pages have the rest. */
const charactersMax = 8000
const turnsMax = 20

/** Two rollouts of one example side by side, from the message on at which they part. */
export function ExampleDetail({ left, right, scale }: { left: Side; right: Side; scale: Scale }) {
  const turns = [left, right].map(({ chosen }) => (chosen ? turnsOf(chosen.sample) : [])) as [TurnText[], TurnText[]]
  const shared = sharedTurns(...turns)
  const expected = expectedAnswer(left.chosen?.sample ?? right.chosen?.sample ?? {})
  const beyond = Math.max(turns[0].length, turns[1].length) - shared
  return (
    <div className="flex min-w-0 flex-col gap-3 border-t px-2 py-3 text-sm">
      <div className="grid min-w-0 grid-cols-1 gap-x-6 gap-y-2 md:grid-cols-2">
        {[left, right].map((side) => (
          <SideHeader key={side.runId} side={side} scale={scale} />
        ))}
      </div>
      {expected !== null && (
        <p dir="auto" className="break-anywhere text-xs">
          <span className="text-muted-foreground">Expected: </span>
          {cutText(expected, charactersMax)}
        </p>
      )}
      {left.chosen && right.chosen && (
        <p className="flex items-center gap-2 text-2xs text-muted-foreground before:h-px before:w-4 before:bg-border-strong after:h-px after:flex-1 after:bg-border">
          {beyond === 0 ? "Both rollouts have the same messages." : partText(shared)}
        </p>
      )}
      <ol className="flex min-w-0 flex-col gap-3">
        {Array.from({ length: Math.min(beyond, turnsMax) }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name, and never move
          <li key={i}>
            <TurnPair left={turns[0][shared + i]} right={turns[1][shared + i]} labels={[left.label, right.label]} />
          </li>
        ))}
      </ol>
      {beyond > turnsMax && (
        <p className="text-muted-foreground text-xs">{`${beyond - turnsMax} more messages are on the pages of the samples.`}</p>
      )}
    </div>
  )
}

const partText = (shared: number): string =>
  shared === 0
    ? "They part at the first message."
    : `${shared === 1 ? "The first message is" : `The first ${shared} messages are`} the same. Here they part.`

function SideHeader({ side: { runId, label, rollouts, chosen, href }, scale }: { side: Side; scale: Scale }) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <h3 className="break-anywhere font-medium">
        <bdi>{label}</bdi>
        {chosen && (
          <span className="font-normal text-muted-foreground">{` · rollout ${chosen.rollout.rollout_index + 1} · ${rolloutWords(chosen.rollout)}`}</span>
        )}
      </h3>
      {chosen === null && <p className="text-muted-foreground">has no rollout of this example.</p>}
      {rollouts.length > 1 && (
        <ul aria-label={`Rollouts of ${label}`} className="flex flex-wrap">
          {rollouts.map((rollout) => {
            const isChosen = rollout.sample_id === chosen?.rollout.sample_id
            const words = `Rollout ${rollout.rollout_index + 1}: ${rolloutWords(rollout)}`
            const { className, style } = blockLook(rolloutLook(rollout, scale))
            return (
              <li key={rollout.sample_id}>
                <Link
                  href={href(rollout.sample_id)}
                  scroll={false}
                  prefetch={false}
                  replace
                  aria-label={words}
                  title={words}
                  aria-current={isChosen ? "true" : undefined}
                  className="flex size-6 items-center justify-center rounded-sm hover:bg-muted aria-[current]:ring-1 aria-[current]:ring-foreground"
                >
                  <span className={className} style={style} />
                </Link>
              </li>
            )
          })}
        </ul>
      )}
      {chosen && (
        <Link href={paths.sample(runId, chosen.rollout.sample_id)} className="link ml-auto text-xs">
          Open the sample
        </Link>
      )}
    </div>
  )
}

function TurnPair({ left, right, labels }: { left: TurnText | undefined; right: TurnText | undefined; labels: [string, string] }) {
  const texts = [left, right].map((turn) => cutText(turn?.text ?? "", charactersMax)) as [string, string]
  const marked = left?.role === right?.role ? wordDiff(...texts) : texts.map((text): Stretch[] => [{ text, isShared: true }])
  return (
    <div className="grid min-w-0 grid-cols-1 gap-x-6 gap-y-2 md:grid-cols-2">
      {[left, right].map((turn, side) => (
        <div key={labels[side]} className={cn("min-w-0", !turn && "max-md:hidden")}>
          {turn && (
            <>
              <p className="mb-0.5 text-2xs text-muted-foreground">
                <span className="md:sr-only">{`${labels[side]}, `}</span>
                {turn.role}
              </p>
              <p dir="auto" className="break-anywhere whitespace-pre-wrap [unicode-bidi:plaintext]">
                <Marked stretches={marked[side] ?? []} isRight={side === 1} />
                {turn.text.length > charactersMax && "…"}
              </p>
            </>
          )}
        </div>
      ))}
    </div>
  )
}

/** A text with what only it has marked: as taken away on the left, as added on the right. */
function Marked({ stretches, isRight }: { stretches: readonly Stretch[]; isRight: boolean }) {
  const Mark = isRight ? "ins" : "del"
  return stretches.map(({ text, isShared }, i) =>
    isShared ? (
      text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: stretches of one text have no other name
      <Mark key={i} className={cn("rounded-[2px] no-underline", isRight ? "bg-added" : "bg-removed")}>
        {text}
      </Mark>
    ),
  )
}
