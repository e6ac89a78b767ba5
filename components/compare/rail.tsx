import { Section } from "@/components/ui/section.tsx"
import type { CompareResponse } from "@/contract/compare/compare.ts"
import { runField, runFieldList } from "@/contract/run-config.ts"
import { formatCount, formatShare } from "@/lib/format.ts"
import { isGiven, plainText, valueText } from "@/lib/run-config/values.ts"
import { GateButton } from "./gate-button.tsx"
import { PinButton } from "./pin-button.tsx"

/** A value of a setting for people to read. */
function textOf(key: string, value: unknown): string {
  if (!isGiven(value)) return "–"
  const field = runField(key) ?? runFieldList.find((row) => row.in && key === `${row.in}.${row.key}`)
  return field ? valueText(field, value) : plainText(value)
}

const sameShown = 8

/** That the runs are one evaluation, made several times, and how often chance alone would then tell them apart. */
function nothingDiffers(runs: CompareResponse["runs"]): string {
  const again = runs.map((run) => run.against_baseline?.same_configuration).find((found) => found)
  if (!again) return "Nothing in their configurations."
  const share = formatShare(again.called_different, again.draws)
  return `Nothing in their configurations: one evaluation, run again (A/A). Whatever differs is chance. Where chance alone decides which result belongs to which run, ${share} of ${formatCount(again.draws)} draws are called better or worse.`
}

/** What differs about the runs and what not, what that weakens, and the gate for CI. */
export function CompareRail({ comparison, canPin }: { comparison: CompareResponse; canPin: boolean }) {
  const { runs, differs, same, warnings, errors, margin } = comparison
  const [baseline, other] = runs
  const isPinned = comparison.pinned !== null && comparison.pinned === baseline?.evaluation_id
  return (
    <aside aria-label="About the comparison" className="flex min-w-0 flex-col gap-7">
      <Section id="differs" title="What differs" level={2}>
        {differs.length === 0 ? (
          <p className="text-muted-foreground text-xs">{nothingDiffers(runs)}</p>
        ) : (
          <dl className="grid grid-cols-[minmax(5rem,auto)_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-xs">
            {differs.map(({ key, label, values }) => (
              <div key={key} className="contents">
                <dt className="break-anywhere text-muted-foreground" title={key}>
                  {label}
                </dt>
                <dd className="break-anywhere flex flex-wrap gap-x-1.5 gap-y-1">
                  {values.map((value, i) => (
                    <span
                      key={runs[i]?.evaluation_id}
                      title={runs[i]?.label}
                      className={`rounded-[2px] px-0.5 ${i === 0 ? "bg-removed" : "bg-added"}`}
                    >
                      <span className="sr-only">{`${runs[i]?.label}: `}</span>
                      {textOf(key, value)}
                    </span>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {same.length > 0 && (
          <details className="mt-2.5 text-muted-foreground text-xs">
            <summary className="hover:text-foreground">{`The same: ${same
              .slice(0, sameShown)
              .map(({ label }) => label)
              .join(", ")}${same.length > sameShown ? " …" : ""}`}</summary>
            <dl className="mt-1.5 grid grid-cols-[minmax(5rem,auto)_minmax(0,1fr)] gap-x-3 gap-y-1">
              {same.map(({ key, label, value }) => (
                <div key={key} className="contents">
                  <dt className="break-anywhere">{label}</dt>
                  <dd className="break-anywhere">{textOf(key, value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </Section>
      {warnings.length > 0 && (
        <Section id="warnings" title="What weakens it">
          <ul className="flex flex-col gap-2 text-xs">
            {warnings.map(({ kind, text, evaluation_ids: ids }) => (
              <li key={`${kind} ${ids.join()}`} className="break-anywhere rounded-md bg-muted px-3 py-2">
                {text}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {baseline?.environment && (canPin || isPinned) && (
        <Section id="baseline" title="Baseline">
          <p className="break-anywhere mb-2 text-muted-foreground text-xs">
            {isPinned
              ? `${baseline.label} is pinned: other runs of ${baseline.environment.name} are shown beside it.`
              : `Pin ${baseline.label}, and other runs of ${baseline.environment.name} are shown beside it.`}
          </p>
          {canPin && <PinButton environment={baseline.environment} evaluationId={baseline.evaluation_id} isPinned={isPinned} />}
        </Section>
      )}
      {runs.length === 2 && baseline && other && (
        <Section id="gate" title="In CI">
          <p className="mb-2 text-muted-foreground text-xs">A build can ask for this verdict, and fail when the run is worse.</p>
          <GateButton baseline={isPinned ? "baseline" : baseline.evaluation_id} run={other.evaluation_id} errors={errors} margin={margin} />
        </Section>
      )}
    </aside>
  )
}
