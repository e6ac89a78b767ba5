import { ArrowLeft } from "lucide-react"
import type { Metadata } from "next"
import { SampleSide } from "@/components/samples/facts/sample-side.tsx"
import { EventList } from "@/components/samples/large/event-list.tsx"
import { readLarge } from "@/components/samples/large/large-window.ts"
import { NodeLists } from "@/components/samples/large/node-lists.tsx"
import { OutcomeBadge } from "@/components/samples/outcome-badge.tsx"
import { RawSample } from "@/components/samples/raw-sample.tsx"
import { RewardText } from "@/components/samples/reward-text.tsx"
import { SameRollout } from "@/components/samples/same-rollout.tsx"
import { SampleNav } from "@/components/samples/sample-nav.tsx"
import { sampleHref, samplesHref, samplesSearch } from "@/components/samples/samples-search.ts"
import { textView } from "@/components/samples/transcript/text-view.ts"
import { Transcript } from "@/components/samples/transcript/transcript.tsx"
import { ViewSwitch } from "@/components/samples/transcript/view-switch.tsx"
import { windowOf } from "@/components/samples/transcript/window.ts"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Link } from "@/components/ui/link.tsx"
import { conversations } from "@/contract/samples/messages/conversations.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../../../or-load-error.tsx"
import { orNotFound, serverReads } from "../../reads.ts"
import { findNeighbours } from "./neighbours.ts"

interface SamplePageProps {
  params: Promise<{ id: string; sampleId: string }>
  searchParams: Promise<SearchParams>
}

export const metadata: Metadata = { title: "Sample" }

export default async function SamplePage({ params, searchParams }: SamplePageProps) {
  const { id, sampleId: rawId } = await params
  const sampleId = decoded(rawId)
  const search = await searchParams
  const state = samplesSearch.load(search)
  return orLoadError("The sample could not be read", async () => {
    const detail = await orNotFound(serverReads(id).sample(sampleId))
    const place = await findNeighbours(id, detail, state)
    const view = textView(search, sampleHref(id, sampleId, state))
    const href = (other: string | null) => (other === null ? null : sampleHref(id, other, state))
    const large = await readLarge(serverReads(id), detail, view)
    const part = large ? large.window : windowOf(conversations(detail.sample), view.message)
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <Link
              href={samplesHref(id, state)}
              className="inline-flex items-center gap-1 text-muted-foreground text-sm hover:text-foreground hover:underline"
            >
              <ArrowLeft aria-hidden className="size-4" />
              Samples
            </Link>
            <h2 className="break-anywhere font-semibold text-base">
              Example <bdi>{detail.summary.example_id}</bdi>
              {`, rollout ${detail.summary.rollout_index + 1}`}
            </h2>
            <span className="text-sm">
              <span className="text-muted-foreground">Reward </span>
              <RewardText reward={detail.summary.reward} />
            </span>
            <OutcomeBadge outcome={detail.summary.outcome} problem={detail.summary.error_class} />
          </div>
          <SampleNav
            runId={id}
            sampleId={sampleId}
            position={place.position}
            total={place.total}
            totalIsLeast={place.totalIsLeast}
            previous={href(place.previous)}
            next={href(place.next)}
            list={samplesHref(id, state)}
          />
        </div>
        <SameRollout detail={detail} href={(other) => sampleHref(id, other, state)} />
        <div className="grid min-w-0 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_24rem]">
          <section aria-label="Conversation" className="flex min-w-0 flex-col gap-3">
            {large && <NodeLists counts={large.counts} view={view} here={sampleHref(id, sampleId, state)} />}
            {view.list === "messages" && <ViewSwitch view={view} />}
            {large && view.list === "events" ? (
              <EventList part={large.part} view={view} />
            ) : part.total === 0 ? (
              <EmptyState title="No conversation" level={3}>
                This sample has no prompt and no answer. Its raw JSON shows what was stored.
              </EmptyState>
            ) : (
              <Transcript part={part} view={view} />
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

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
