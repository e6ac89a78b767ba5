"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Retention, RetentionPreview } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { formatCount } from "@/lib/format.ts"
import { useWrite } from "@/lib/use-write.ts"
import { previewRetention, setRetention } from "./actions.ts"

const rule = `A whole number of days from ${limits.retentionDaysMin} to ${limits.retentionDaysMax.toLocaleString("en-US")}, or nothing to keep runs.`

/** The typed number of days; null for none, undefined for text that is no such number. */
function daysOf(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === "") return null
  const days = /^\d{1,4}$/.test(trimmed) ? Number(trimmed) : Number.NaN
  return days >= limits.retentionDaysMin && days <= limits.retentionDaysMax ? days : undefined
}

interface RetentionCardProps {
  /** Null for the platform: the runs of people, and of teams without a number of their own. */
  teamId: string | null
  retention: Retention
}

interface Asked {
  days: number | null
  /** Null where runs are kept from now on. */
  preview: RetentionPreview | null
}

/** After how many days runs are deleted. What that would delete is shown before it is switched on. */
export function RetentionCard({ teamId, retention }: RetentionCardProps) {
  const known = retention.days === null ? "" : String(retention.days)
  const [text, setText] = useState(known)
  const [isTried, setIsTried] = useState(false)
  const [asked, setAsked] = useState<Asked | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const days = daysOf(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (days === undefined || isPending) return
    if (days === null) return setAsked({ days, preview: null })
    run(
      () => previewRetention(teamId, days),
      (preview) => setAsked({ days, preview }),
    )
  }
  const confirm = () => {
    if (!asked) return
    run(
      () => setRetention(teamId, asked.days),
      () => {
        setAsked(null)
        toast({ title: asked.days === null ? "Runs are kept" : `Runs are deleted after ${asked.days} days`, tone: "success" })
      },
    )
  }
  const error = isTried && days === undefined ? rule : asked ? null : refusal?.message
  return (
    <Card aria-labelledby="retention">
      <CardHeader id="retention" title="How long runs are kept" />
      {/* The hairline goes on to the edge as that of lists; fields do not. */}
      <CardBody className="grid max-w-4xl grid-cols-1 gap-x-8 gap-y-4 md:grid-cols-2">
        <div className="flex flex-col gap-2 text-sm">
          <p>{stateOf(teamId, retention)}</p>
          <p className="text-muted-foreground text-xs">
            With a run go its samples, traces, logs and files. Kept whatever their age: runs that somebody has starred, that are pinned as a
            baseline, that a link opens without an account, and those on a leaderboard. The sums of tokens and cost stay.
          </p>
        </div>
        {retention.may_change ? (
          <form noValidate onSubmit={submit}>
            <Field label="Days without a change" error={error} hint={error === rule ? undefined : rule}>
              {(control) => (
                <span className="flex gap-2">
                  <Input
                    {...control}
                    value={text}
                    autoComplete="off"
                    inputMode="numeric"
                    placeholder="keep"
                    className="tabular"
                    onChange={(event) => {
                      if (refusal) clear()
                      setText(event.target.value)
                    }}
                  />
                  <Button type="submit" pending={isPending && !asked} disabled={text.trim() === known} className="max-lg:h-9">
                    Change…
                  </Button>
                </span>
              )}
            </Field>
          </form>
        ) : (
          <p className="text-muted-foreground text-sm">
            {teamId === null ? "Admins of the platform" : "Owners of the team"} can change it.
          </p>
        )}
      </CardBody>
      <ConfirmDialog
        open={asked !== null}
        onClose={() => setAsked(null)}
        onConfirm={confirm}
        title={asked?.days === null ? "Keep runs from now on?" : `Delete runs after ${asked?.days} days?`}
        confirmLabel={asked?.days === null ? "Keep runs" : "Delete such runs"}
        tone={asked?.days === null ? "primary" : "danger"}
        pending={isPending}
        error={asked ? (refusal?.message ?? null) : null}
      >
        {asked?.preview ? <Preview preview={asked.preview} /> : <p className="text-muted-foreground">{keptWords(teamId, retention)}</p>}
      </ConfirmDialog>
    </Card>
  )
}

const keptWords = (teamId: string | null, { platform_days: platform }: Retention): string =>
  teamId !== null && platform !== null
    ? `The number of the platform holds for this team then: runs are deleted after ${platform} days.`
    : "Nothing is deleted by itself any more."

function stateOf(teamId: string | null, { days, platform_days: platform }: Retention): string {
  if (days !== null) return `A run that is over is deleted ${counted(days, "day")} after its last change.`
  if (teamId !== null && platform !== null)
    return `This team has no number of its own: as everywhere on this platform, a run that is over is deleted ${counted(platform, "day")} after its last change.`
  return "Runs are kept until somebody deletes them."
}

const counted = (count: number, what: string): string => `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`

/** What would be deleted now, and what as old as that stays. */
function Preview({ preview: { runs, samples, oldest_at, environments, kept } }: { preview: RetentionPreview }) {
  const staying = [
    [kept.starred, "starred"],
    [kept.baseline, "pinned as a baseline"],
    [kept.shared, "shared by a link"],
    [kept.published, "on a leaderboard"],
  ] as const
  const stay = staying.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`)
  return (
    <div className="break-anywhere flex flex-col gap-2 text-muted-foreground">
      {runs === 0 ? (
        <p>No run is that old now. From then on each goes when it is, and cannot be brought back.</p>
      ) : (
        <>
          <p>
            <strong className="font-medium text-foreground">
              {counted(runs, "run")} with {counted(samples, "sample")}
            </strong>{" "}
            would go within minutes
            {oldest_at && `, the oldest last changed on ${new Date(oldest_at).toLocaleDateString("en-GB", { dateStyle: "medium" })}`}, and
            others as they become that old. They cannot be brought back.
          </p>
          <ul className="list-disc pl-5 text-xs">
            {environments.map((environment) => (
              <li key={environment.name ?? ""}>
                <bdi>{environment.name ?? "without an environment"}</bdi>: {counted(environment.runs, "run")}
              </li>
            ))}
          </ul>
        </>
      )}
      {stay.length > 0 && <p>As old, but kept: {stay.join(", ")}.</p>}
    </div>
  )
}
