import { environmentOf, modelOf, settledOf } from "@/components/shared/run-facts.ts"
import { StatusBadge } from "@/components/shared/status-badge.tsx"
import { TickingDuration } from "@/components/shared/ticking-duration.tsx"
import { Link } from "@/components/ui/link.tsx"
import { TimeAgo, useNow } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation, RunStatistics } from "@/contract/index.ts"
import { permissions, permissionsOf } from "@/contract/permissions.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatDuration, formatInstant, formatMoney, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { paceOf } from "../result/pace.ts"
import { Fact, HarnessFact, sizeWords, Values } from "./fact.tsx"
import { moreDataWords } from "./more-data.ts"
import { costNote, tokenWords } from "./usage-notes.ts"

interface RailProps {
  /** With the start of its first attempt. */
  run: Evaluation
  statistics: RunStatistics
  /** What attempts before the present one took, in milliseconds. */
  earlierMs: number
}

/** What was run, how, by whom, what it took and cost: the facts beside the result, set small. */
export function Rail({ run, statistics, earlierMs }: RailProps) {
  const active = isActive(run.status)
  const more = active ? null : moreDataWords(statistics)
  return (
    <aside aria-label="Facts" className="flex min-w-0 flex-col gap-6 text-xs">
      {run.description && (
        <p dir="auto" className="break-anywhere text-muted-foreground">
          {run.description}
        </p>
      )}
      <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        <Setting run={run} />
        <Course run={run} statistics={statistics} earlierMs={earlierMs} />
        <Spread statistics={statistics} />
        {/* Last, since it goes when the run ends. */}
        <Fact name="Time limit">{active && run.timeout_at ? `${formatInstant(run.timeout_at).slice(5, 16)} UTC` : null}</Fact>
      </dl>
      {more && (
        <section aria-labelledby="more-data">
          <h2 id="more-data" className="mb-1 text-2xs text-muted-foreground">
            {more.title}
          </h2>
          <p className="tabular">{more.text}</p>
        </section>
      )}
    </aside>
  )
}

/** What was run, and with what. */
function Setting({ run }: { run: Evaluation }) {
  const { text, version, href } = environmentOf(run)
  const environment = <bdi>{version ? `${text}@${version}` : text}</bdi>
  const granted = permissionsOf(run.eval_config ?? null)
  const beside = settledOf(run)?.suite
  return (
    <>
      <Fact name="Run">
        <bdi>{run.name}</bdi>
      </Fact>
      <Fact name="Status">
        <StatusBadge run={run} />
      </Fact>
      <Fact name="Environment">
        {href ? (
          <Link href={href} className="link">
            {environment}
          </Link>
        ) : (
          environment
        )}
      </Fact>
      <Fact name="Model">
        <bdi className="font-mono">{modelOf(run) ?? "–"}</bdi>
      </Fact>
      <Fact name="Suite">
        {run.suite_id && (
          <>
            <Link href={paths.suite(run.suite_id)} className="link">
              launched with others
            </Link>
            {beside && (
              <>
                {" · "}
                <Link href={paths.compare([run.evaluation_id, ...beside.map((other) => other.evaluation_id)])} className="link">
                  compare
                </Link>
              </>
            )}
          </>
        )}
      </Fact>
      <Fact name="Schedule">
        {run.schedule_id && href && (
          <Link href={`${href}/schedules`} className="link">
            launched by itself
          </Link>
        )}
      </Fact>
      <HarnessFact run={run} />
      <Fact name="Scores of">
        {run.scores_of ? (
          <Link href={paths.compare([run.scores_of.evaluation_id, run.evaluation_id])} prefetch={false} className="link">
            an earlier run
          </Link>
        ) : null}
      </Fact>
      <Fact name="Tags">{run.tags.length > 0 ? <bdi>{run.tags.join(", ")}</bdi> : null}</Fact>
      <Values name="Sampling" values={run.eval_config?.sampling_args} />
      <Values name="Arguments" values={run.eval_config?.env_args} />
      {run.is_hosted && (
        <Fact name="Permissions">
          {granted.length === 0
            ? "none"
            : permissions
                .filter(({ name }) => granted.includes(name))
                .map(({ what }) => what)
                .join(", ")}
        </Fact>
      )}
    </>
  )
}

/** When it ran, how fast, and what it used. */
function Course({ run, statistics, earlierMs }: RailProps) {
  const now = useNow()
  const pace = isActive(run.status) || !run.is_hosted ? null : paceOf(run, earlierMs, now)
  const tokens = tokenWords(run)
  const attempts = run.attempt ?? 0
  return (
    <>
      <Fact name="Size">{sizeWords(run)}</Fact>
      <Fact name={run.started_at ? "Started" : "Created"}>
        <TimeAgo at={run.started_at ?? run.created_at} />
        {run.created_by && (
          <>
            {" by "}
            <bdi>{run.created_by}</bdi>
          </>
        )}
      </Fact>
      <Fact name="Took">
        <TickingDuration run={run} earlierMs={earlierMs} />
        {pace && <span className="tabular text-muted-foreground">{` · ${pace}`}</span>}
      </Fact>
      <Fact name="Cost">
        <span className="tabular">
          {[...(run.usage ? [formatMoney(run.usage.cost_usd)] : []), costNote(run, statistics.samples)].filter(Boolean).join(" · ")}
        </span>
      </Fact>
      <Fact name="Tokens">
        <span className="tabular">{tokens}</span>
      </Fact>
      <Fact name="Rollout">
        {statistics.median_duration_ms !== null && statistics.median_duration_ms !== undefined
          ? `${formatDuration(statistics.median_duration_ms)} in the median`
          : null}
      </Fact>
      <Fact name="Attempts">
        {attempts > 1 ? (
          <a href="#attempts" className="link">
            {formatCount(attempts)}
          </a>
        ) : null}
      </Fact>
    </>
  )
}

/** How the rewards are spread. */
function Spread({ statistics: { reward } }: { statistics: RunStatistics }) {
  if (!reward) return null
  return (
    <>
      <Fact name="Reward">
        <span className="tabular">{`${formatScore(reward.min)} to ${formatScore(reward.max)}, std ${formatScore(reward.std)}`}</span>
      </Fact>
      <Fact name="Quartiles">
        <span className="tabular">{[reward.p25, reward.median, reward.p75].map(formatScore).join(" · ")}</span>
      </Fact>
    </>
  )
}
