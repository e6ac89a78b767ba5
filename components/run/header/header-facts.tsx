import { environmentOf, modelOf, shortfallOf, sizeOf, withEarlier } from "@/components/shared/run-facts.ts"
import { TickingDuration } from "@/components/shared/ticking-duration.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"
import { Moment, TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation, UsageTotals } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatMoney, formatTokens } from "@/lib/format.ts"
import { useAttempts } from "@/lib/live/use-run.ts"
import { Fact, HarnessFact } from "../facts/fact.tsx"

/** What was run, on what and by whom, and what it took so far. */
export function HeaderFacts({ run }: { run: Evaluation }) {
  // The row of a resumed run has the start of its newest attempt; tokens and cost are those of all.
  const { data } = useAttempts(run, null)
  const { run: whole, earlierMs } = withEarlier(run, data?.attempts ?? [])
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-xs">
      <Fact name="Environment">
        <EnvironmentName run={run} />
      </Fact>
      <Fact name="Model">
        <span className="font-mono">
          <bdi>{modelOf(run) ?? "–"}</bdi>
        </span>
      </Fact>
      <HarnessFact run={run} />
      <Fact name="Examples × rollouts">
        {sizeOf(run)}
        {shortfallOf(run) && <span className="text-warning">{` (${shortfallOf(run)})`}</span>}
      </Fact>
      <Fact name={whole.started_at ? "Started" : "Created"}>
        <TimeAgo at={whole.started_at ?? run.created_at} />
        {run.created_by && (
          <span className="text-muted-foreground">
            {" "}
            by <bdi>{run.created_by}</bdi>
          </span>
        )}
      </Fact>
      <Fact name="Duration">
        <TickingDuration run={run} earlierMs={earlierMs} />
      </Fact>
      {run.completed_at && (
        <Fact name="Ended">
          <TimeAgo at={run.completed_at} />
        </Fact>
      )}
      {isActive(run.status) && run.timeout_at && (
        <Fact name="Time limit">
          <Moment at={run.timeout_at} />
        </Fact>
      )}
      {run.usage && <UsageFacts usage={run.usage} />}
    </dl>
  )
}

function EnvironmentName({ run }: { run: Evaluation }) {
  const { text, version, href } = environmentOf(run)
  const words = (
    <>
      <bdi>{text}</bdi>
      {version && <bdi className="text-muted-foreground">@{version}</bdi>}
    </>
  )
  if (!href) return <span>{words}</span>
  return (
    <Link href={href} className="link">
      {words}
    </Link>
  )
}

function UsageFacts({ usage }: { usage: UsageTotals }) {
  const prompt = `${formatCount(usage.prompt_tokens)} prompt tokens, of which ${formatCount(usage.cached_tokens)} cached`
  const completion = `${formatCount(usage.completion_tokens)} completion tokens, of which ${formatCount(usage.reasoning_tokens)} reasoning`
  const requests = `${formatCount(usage.requests)} requests, ${formatCount(usage.failed_requests)} of them failed`
  return (
    <>
      <Fact name="Tokens">
        <Tooltip content={`${prompt}; ${completion}; ${requests}.`}>
          {/* An endpoint of the run's own is not asked through the gateway, which counts. */}
          <span className="tabular">
            {usage.requests === 0 ? "–" : `${formatTokens(usage.prompt_tokens)} in, ${formatTokens(usage.completion_tokens)} out`}
          </span>
        </Tooltip>
      </Fact>
      <Fact name="Cost">
        {usage.cost_usd === null ? (
          <Tooltip content="No price is known for this model.">
            <span>–</span>
          </Tooltip>
        ) : (
          <span className="tabular">{formatMoney(usage.cost_usd)}</span>
        )}
      </Fact>
    </>
  )
}
