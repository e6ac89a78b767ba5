"use client"

import { useQueryClient } from "@tanstack/react-query"
import { ChevronRight, CircleStop, Link as LinkIcon, Play, RotateCcw, Trash2 } from "lucide-react"
import Link from "next/link"
import { useRouter } from "next/navigation"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { CopyAs } from "@/components/shared/copy-as.tsx"
import { LiveIndicator } from "@/components/shared/live-indicator.tsx"
import { RunDialog, type RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { environmentOf, harnessesOf, harnessText, modelOf, sizeOf, unfinishedOf } from "@/components/shared/run-facts.ts"
import { RunProgress } from "@/components/shared/run-progress.tsx"
import { StatusBadge } from "@/components/shared/status-badge.tsx"
import { TickingDuration } from "@/components/shared/ticking-duration.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { Badge } from "@/components/ui/badge.tsx"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"
import { TabsNav } from "@/components/ui/tabs-nav.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatInstant, formatMoney, formatTokens } from "@/lib/format.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useRun } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"
import { DownloadRun } from "./download-run.tsx"
import { ResumeDialog } from "./resume-dialog.tsx"
import { RunConfig } from "./run-config.tsx"

/** Name, state and facts of a run, above all its tabs. */
export function RunHeader({ id, seed, canExport }: { id: string; seed: Seed<Evaluation>; canExport: boolean }) {
  const run = useRun(id, seed)
  const active = isActive(run.status)
  const router = useRouter()
  const [question, setQuestion] = useState<RunQuestion | null>(null)
  const [isResuming, setIsResuming] = useState(false)
  const left = unfinishedOf(run)
  useFinalRead(id, active)
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <PageHeader
        title={run.name}
        above={[{ href: paths.evaluations, label: "Evaluations" }]}
        actions={
          <>
            {active && <LiveIndicator />}
            <CopyLink id={id} />
            <CopyAs evaluation={run} />
            {canExport && run.total_samples > 0 && <DownloadRun run={run} />}
            {run.is_hosted && run.environment && (
              <ButtonLink href={`${paths.launch(run.environment.owner, run.environment.name)}?from=${id}`}>
                <RotateCcw aria-hidden />
                Run again
              </ButtonLink>
            )}
            {left && (
              <Button variant="primary" onClick={() => setIsResuming(true)}>
                <Play aria-hidden />
                {left.missing === 0 ? "Retry errors" : "Resume"}
              </Button>
            )}
            {active && run.is_hosted && (
              <Button onClick={() => setQuestion({ kind: "stop", run })}>
                <CircleStop aria-hidden />
                Stop
              </Button>
            )}
            {!active && (
              <Button onClick={() => setQuestion({ kind: "delete", run })}>
                <Trash2 aria-hidden />
                Delete
              </Button>
            )}
          </>
        }
      >
        <div className="mt-1.5 flex min-w-0 items-start gap-1.5">
          <StatusBadge status={run.status} />
          <Badge className="text-2xs">{run.is_hosted ? "HOSTED" : "LOCAL"}</Badge>
          <RunProgress run={run} className="ml-1.5 min-w-0 max-w-96 grow" />
        </div>
      </PageHeader>
      {run.description && <p className="break-anywhere max-w-prose text-muted-foreground text-sm">{run.description}</p>}
      <Facts run={run} />
      <details className="group rounded-md border bg-card">
        <summary className="flex h-8 list-none items-center gap-1.5 px-3 text-muted-foreground text-sm hover:text-foreground [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
          Configuration
        </summary>
        <div className="border-t p-3">
          <RunConfig run={run} />
        </div>
      </details>
      <TabsNav
        label="Parts of the evaluation"
        tabs={[
          { href: paths.evaluation(id), label: "Overview" },
          { href: paths.samples(id), label: "Samples", count: run.total_samples },
          { href: paths.logs(id), label: "Logs" },
        ]}
      />
      <ResumeDialog run={run} open={isResuming} onClose={() => setIsResuming(false)} />
      <RunDialog question={question} onClose={() => setQuestion(null)} onDeleted={() => router.push(paths.evaluations)} />
    </div>
  )
}

/** When a run ends, its parts are read once more: the last samples may have come together with the end. */
function useFinalRead(id: string, active: boolean): void {
  const client = useQueryClient()
  const wasActive = useRef(active)
  useEffect(() => {
    if (wasActive.current && !active)
      for (const queryKey of [queryKeys.statistics(id), queryKeys.samples(id), queryKeys.logTail(id)])
        void client.invalidateQueries({ queryKey })
    wasActive.current = active
  }, [client, id, active])
}

function Facts({ run }: { run: Evaluation }) {
  const environment = environmentOf(run)
  const harnesses = harnessesOf(run)
  const version = environment.version && <span className="text-muted-foreground">@{environment.version}</span>
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
      <Fact name="Environment">
        {environment.href ? (
          <Link href={environment.href} className="link break-anywhere">
            {environment.text}
            {version}
          </Link>
        ) : (
          <span className="break-anywhere">
            {environment.text}
            {version}
          </span>
        )}
      </Fact>
      <Fact name="Model">
        <span className="block max-w-80 truncate font-mono text-xs leading-5" title={modelOf(run) ?? undefined}>
          {modelOf(run) ?? "–"}
        </span>
      </Fact>
      {harnesses.length > 0 && (
        <Fact name={harnesses.length > 1 ? "Harnesses" : "Harness"}>
          <span className="block max-w-80 truncate font-mono text-xs leading-5" title={harnesses.map(harnessText).join("\n")}>
            {[...new Set(harnesses.map(({ harness }) => harness))].join(", ")}
          </span>
        </Fact>
      )}
      <Fact name="Examples × rollouts">{sizeOf(run)}</Fact>
      <Fact name={run.started_at ? "Started" : "Created"}>
        <TimeAgo at={run.started_at ?? run.created_at} />
        {run.created_by && <span className="text-muted-foreground"> by {run.created_by}</span>}
      </Fact>
      <Fact name="Duration">
        <TickingDuration run={run} />
      </Fact>
      {run.completed_at && (
        <Fact name="Ended">
          <TimeAgo at={run.completed_at} />
        </Fact>
      )}
      {isActive(run.status) && run.timeout_at && (
        <Fact name="Time limit">
          <time dateTime={run.timeout_at}>{formatInstant(run.timeout_at).slice(5, 16)} UTC</time>
        </Fact>
      )}
      {run.usage && (
        <>
          <Fact name="Tokens">
            <Tooltip
              content={`${formatCount(run.usage.prompt_tokens)} prompt tokens, of which ${formatCount(run.usage.cached_tokens)} cached; ${formatCount(run.usage.completion_tokens)} completion tokens, of which ${formatCount(run.usage.reasoning_tokens)} reasoning; ${formatCount(run.usage.requests)} requests, ${formatCount(run.usage.failed_requests)} of them failed.`}
            >
              <span className="tabular">{`${formatTokens(run.usage.prompt_tokens)} in, ${formatTokens(run.usage.completion_tokens)} out`}</span>
            </Tooltip>
          </Fact>
          <Fact name="Cost">
            {run.usage.cost_usd === null ? (
              <Tooltip content="No price is known for this model.">
                <span>–</span>
              </Tooltip>
            ) : (
              <span className="tabular">{formatMoney(run.usage.cost_usd)}</span>
            )}
          </Fact>
        </>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted-foreground text-xs">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}

function CopyLink({ id }: { id: string }) {
  const toast = useToast()
  const copy = async () => {
    const address = new URL(paths.evaluation(id), window.location.href).href
    try {
      await navigator.clipboard.writeText(address)
      toast({ title: "Link copied", tone: "success" })
    } catch {
      toast({ title: "The link could not be copied", description: address, tone: "danger" })
    }
  }
  return (
    <Button onClick={copy}>
      <LinkIcon aria-hidden />
      Copy link
    </Button>
  )
}
