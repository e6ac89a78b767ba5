import { ArrowLeft, ChevronLeft, ChevronRight } from "lucide-react"
import type { Metadata } from "next"
import Link from "next/link"
import { SampleSide } from "@/components/samples/facts/sample-side.tsx"
import { OutcomeBadge } from "@/components/samples/outcome-badge.tsx"
import { RawSample } from "@/components/samples/raw-sample.tsx"
import { RewardText } from "@/components/samples/reward-text.tsx"
import { SampleKeys } from "@/components/samples/sample-keys.tsx"
import { parseSamplesSearch, type SampleFilter, sampleHref, sampleOrder, samplesHref } from "@/components/samples/samples-search.ts"
import { conversations } from "@/components/samples/transcript/conversations.ts"
import type { TextView } from "@/components/samples/transcript/cut-text.tsx"
import { Transcript } from "@/components/samples/transcript/transcript.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import type { SampleDetail } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../../../or-load-error.tsx"
import { orNotFound, serverReads } from "../../reads.ts"

interface SamplePageProps {
  params: Promise<{ id: string; sampleId: string }>
  searchParams: Promise<SearchParams>
}

export const metadata: Metadata = { title: "Sample" }

const neighboursMax = 1000

export default async function SamplePage({ params, searchParams }: SamplePageProps) {
  const { id, sampleId: rawId } = await params
  const sampleId = decoded(rawId)
  const search = await searchParams
  const filter = parseSamplesSearch(search)
  return orLoadError("The sample could not be read", async () => {
    const detail = await orNotFound(serverReads(id).sample(sampleId))
    const place = await placeInList(id, detail, filter)
    const here = sampleHref(id, sampleId, filter)
    const view = textView(search, here)
    const href = (other: string | null) => (other === null ? null : sampleHref(id, other, filter))
    const [previous, next] = [href(place.previous), href(place.next)]
    const talks = conversations(detail.sample)
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <Link
              href={samplesHref(id, filter)}
              className="inline-flex items-center gap-1 text-muted-foreground text-sm hover:text-foreground hover:underline"
            >
              <ArrowLeft aria-hidden className="size-4" />
              Samples
            </Link>
            <h2 className="break-anywhere font-semibold text-base">{`Example ${detail.summary.example_id}, rollout ${detail.summary.rollout_index + 1}`}</h2>
            <span className="text-sm">
              <span className="text-muted-foreground">Reward </span>
              <RewardText reward={detail.summary.reward} />
            </span>
            <OutcomeBadge outcome={detail.summary.outcome} problem={detail.summary.error_class} />
          </div>
          <nav aria-label="Samples" className="flex items-center gap-2">
            {place.position !== null && (
              <span className="tabular text-muted-foreground text-sm">{`${formatCount(place.position)} of ${formatCount(place.total)}`}</span>
            )}
            <Neighbour href={previous} label="Previous sample">
              <ChevronLeft aria-hidden />
            </Neighbour>
            <Neighbour href={next} label="Next sample">
              <ChevronRight aria-hidden />
            </Neighbour>
            <SampleKeys runId={id} sampleId={sampleId} previous={previous} next={next} list={samplesHref(id, filter)} />
          </nav>
        </div>
        <SameRollout detail={detail} href={(other) => sampleHref(id, other, filter)} />
        <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_24rem]">
          <section aria-label="Conversation" className="flex min-w-0 flex-col gap-3">
            <ViewSwitch formatted={view.formatted} here={here} />
            {talks.length === 0 ? (
              <EmptyState title="No conversation" level={3}>
                This sample has no prompt and no answer. Its raw JSON shows what was stored.
              </EmptyState>
            ) : (
              <Transcript conversations={talks} view={view} />
            )}
          </section>
          <aside
            aria-label="Facts about the sample"
            className="flex min-w-0 flex-col gap-3 lg:sticky lg:top-4 lg:max-h-[calc(100dvh-2rem)] lg:overflow-y-auto"
          >
            <SampleSide detail={detail} />
            <RawSample runId={id} sampleId={sampleId} />
          </aside>
        </div>
      </div>
    )
  })
}

/** The samples of a rollout that was done more than once, this one among them. */
function SameRollout({ detail, href }: { detail: SampleDetail; href: (sampleId: string) => string }) {
  const all = detail.same_rollout
  if (!all) return null
  return (
    <nav
      aria-label="Results of this rollout"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-card px-4 py-2 text-sm"
    >
      <span className={cn(detail.summary.superseded && "font-medium text-warning")}>
        {detail.summary.superseded
          ? "This result counts no more: the rollout was done again."
          : "This rollout was done again; this result counts."}
      </span>
      <ol className="flex flex-wrap gap-x-3 gap-y-1">
        {all.map((sample) => (
          <li key={sample.sample_id}>
            {sample.sample_id === detail.summary.sample_id ? (
              <span aria-current="page">{`Attempt ${sample.attempt}`}</span>
            ) : (
              <Link href={href(sample.sample_id)} className="link">{`Attempt ${sample.attempt}`}</Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

interface Place {
  previous: string | null
  next: string | null
  position: number | null
  total: number
}

/** Neighbours in the list that the reader came from; in the order of examples when the sample is far down in it. */
async function placeInList(id: string, detail: SampleDetail, filter: SampleFilter): Promise<Place> {
  const order = sampleOrder(filter, false)
  const list = await serverReads(id).summaries({ ...filter, sort_by: order.by, sort_order: order.order, limit: neighboursMax })
  const at = list.samples.findIndex((sample) => sample.sample_id === detail.summary.sample_id)
  if (at < 0 || (at === list.samples.length - 1 && list.next !== null))
    return { previous: detail.previous_id, next: detail.next_id, position: null, total: list.total }
  return {
    previous: list.samples[at - 1]?.sample_id ?? null,
    next: list.samples[at + 1]?.sample_id ?? null,
    position: at + 1,
    total: list.total,
  }
}

function textView(search: SearchParams, here: string): TextView {
  const full = new Set([search.full ?? []].flat())
  const formatted = search.view !== "plain"
  const hrefOfFull = (key: string) => withParameters(here, formatted, [...full, key])
  return { formatted, full, hrefOfFull }
}

function withParameters(here: string, formatted: boolean, full: string[]): string {
  const [path, search] = here.split("?")
  const parameters = new URLSearchParams(search)
  if (!formatted) parameters.set("view", "plain")
  for (const key of full) parameters.append("full", key)
  const text = parameters.toString()
  return text ? `${path}?${text}` : (path as string)
}

function ViewSwitch({ formatted, here }: { formatted: boolean; here: string }) {
  const option = (label: string, isFormatted: boolean) => (
    <Link
      href={withParameters(here, isFormatted, [])}
      scroll={false}
      replace
      aria-current={formatted === isFormatted ? "true" : undefined}
      className={cn(
        "inline-flex h-7 items-center rounded-[5px] px-2.5 text-sm",
        formatted === isFormatted ? "bg-card font-medium shadow-sm" : "text-muted-foreground hover:text-foreground",
      )}
    >
      {label}
    </Link>
  )
  return (
    <nav aria-label="How answers are shown" className="inline-flex self-start rounded-md bg-muted p-0.5">
      {option("Formatted", true)}
      {option("Plain", false)}
    </nav>
  )
}

function Neighbour({ href, label, children }: { href: string | null; label: string; children: React.ReactNode }) {
  if (href === null) {
    return (
      <span
        className="inline-flex size-8 items-center justify-center rounded-md border text-muted-foreground opacity-50 [&_svg]:size-4"
        role="img"
        aria-label={`No ${label.toLowerCase()}`}
      >
        {children}
      </span>
    )
  }
  return (
    <ButtonLink href={href} icon aria-label={label} title={label}>
      {children}
    </ButtonLink>
  )
}
