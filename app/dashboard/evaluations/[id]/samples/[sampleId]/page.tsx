import type { Metadata } from "next"
import { AnswerBesideExpected } from "@/components/samples/facts/answer-beside-expected.tsx"
import { expectedOf, lastWords } from "@/components/samples/facts/answer-text.ts"
import { ExampleRollouts } from "@/components/samples/facts/example-rollouts.tsx"
import { RewardParts } from "@/components/samples/facts/reward-parts.tsx"
import { sampleSentence } from "@/components/samples/facts/sample-sentence.ts"
import { SampleSide } from "@/components/samples/facts/sample-side.tsx"
import { scores, withDeclaredWeights } from "@/components/samples/facts/scores.ts"
import { EventList } from "@/components/samples/large/event-list.tsx"
import { readLarge } from "@/components/samples/large/large-window.ts"
import { NodeLists } from "@/components/samples/large/node-lists.tsx"
import { OutcomeBadge } from "@/components/samples/outcome-badge.tsx"
import { RawSample } from "@/components/samples/raw-sample.tsx"
import { ReviewStrip } from "@/components/samples/review/review-strip.tsx"
import { turnReviews } from "@/components/samples/review/turn-reviews.ts"
import { SameRollout } from "@/components/samples/same-rollout.tsx"
import { SampleNav } from "@/components/samples/sample-nav.tsx"
import { SampleTitle } from "@/components/samples/sample-title.tsx"
import { sampleHref, samplesHref, samplesSearch } from "@/components/samples/samples-search.ts"
import { Outline } from "@/components/samples/transcript/outline.tsx"
import { textView } from "@/components/samples/transcript/text-view.ts"
import { Transcript } from "@/components/samples/transcript/transcript.tsx"
import { ViewSwitch } from "@/components/samples/transcript/view-switch.tsx"
import { windowOf } from "@/components/samples/transcript/window.ts"
import { LateComments } from "@/components/shared/comments/late-comments.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import { answerIn } from "@/contract/samples/answers.ts"
import { conversations } from "@/contract/samples/messages/conversations.ts"
import { isolated } from "@/lib/isolated.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../../../or-load-error.tsx"
import { orNotFound, readComments, readSample, serverReads } from "../../reads.ts"
import { findNeighbours } from "./neighbours.ts"
import { findQueuePlace, readReviews } from "./reviews.ts"
import { declaredWeights, findSiblings } from "./siblings.ts"

interface SamplePageProps {
  params: Promise<{ id: string; sampleId: string }>
  searchParams: Promise<SearchParams>
}

export async function generateMetadata({ params }: SamplePageProps): Promise<Metadata> {
  const { id, sampleId } = await params
  const title = await readSample(id, decoded(sampleId)).then(
    ({ summary }) => `Example ${isolated(summary.example_id)}, rollout ${summary.rollout_index + 1}`,
    () => "Sample",
  )
  return { title }
}

export default async function SamplePage({ params, searchParams }: SamplePageProps) {
  const { id, sampleId: rawId } = await params
  const sampleId = decoded(rawId)
  const search = await searchParams
  const state = samplesSearch.load(search)
  return orLoadError("The sample could not be read", async () => {
    const detail = await orNotFound(readSample(id, sampleId))
    const { sample, summary, problems } = detail
    const talks = conversations(sample)
    const [queue, siblings, weights, reviews, comments] = await Promise.all([
      findQueuePlace(id, sampleId, state),
      findSiblings(id, detail, talks),
      declaredWeights(id),
      readReviews(id, sampleId),
      readComments(id, sampleId),
    ])
    const place = queue ? { ...queue, totalIsLeast: false } : await findNeighbours(id, detail, state)
    // What the reward is may not sway the reader, nor may those of the other rollouts.
    const isBlind = queue !== null && state.blind && summary.review?.mine?.rating == null
    const view = textView(search, sampleHref(id, sampleId, state))
    const large = await readLarge(serverReads(id), detail, view)
    const part = large ? large.window : windowOf(talks, view.message)
    // The way back leaves the queue.
    const list = samplesHref(id, { ...state, queue: null, blind: false })
    const hrefOf = (other: string) => sampleHref(id, other, state)
    const parts = withDeclaredWeights(scores(sample, summary), weights, summary.reward)
    const leaving = siblings.parting && talks[0]?.messages[siblings.parting.index]
    const parting = !isBlind && siblings.parting && leaving ? { message: leaving, from: siblings.parting.from } : null
    const sentence = isBlind
      ? { lead: "Is it right?", rest: "The reward is shown when you have rated the sample." }
      : sampleSentence(summary, parts, problems)
    const words = lastWords(talks[0]?.messages ?? [])
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <SampleTitle sample={summary} rollouts={isBlind ? [] : siblings.rollouts} list={list} href={hrefOf} />
          <SampleNav
            runId={id}
            sampleId={sampleId}
            position={place.position}
            total={place.total}
            totalIsLeast={place.totalIsLeast}
            previous={place.previous}
            next={place.next}
            list={list}
            canReview={reviews !== null}
          />
        </div>
        <SameRollout detail={detail} href={hrefOf} />
        {reviews && (
          <ReviewStrip
            runId={id}
            sampleId={sampleId}
            reviews={reviews.filter(({ turn }) => turn === null)}
            queue={queue}
            blind={{ isOn: state.blind, other: sampleHref(id, sampleId, { ...state, blind: !state.blind }) }}
          />
        )}
        <div className="grid min-w-0 items-start gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1fr)_16.5rem]">
          <div className="flex min-w-0 flex-col gap-4">
            <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
              <Sentence rest={sentence.rest}>{sentence.lead}</Sentence>
              {(summary.outcome !== "ok" || summary.error_class) && (
                <OutcomeBadge outcome={summary.outcome} problem={summary.error_class} />
              )}
            </div>
            <AnswerBesideExpected answer={words === null ? null : answerIn(words)} expected={expectedOf(sample)} />
            <section aria-label="Conversation" className="min-w-0">
              {large && <NodeLists counts={large.counts} view={view} here={hrefOf(sampleId)} />}
              {view.list === "messages" && <ViewSwitch view={view} />}
              {large && view.list === "events" ? (
                <EventList part={large.part} view={view} />
              ) : part.total === 0 ? (
                <EmptyState title="No conversation" level={3}>
                  This sample has no prompt and no answer. Its raw JSON shows what was stored.
                </EmptyState>
              ) : (
                <Transcript part={part} view={view} parting={parting} reviews={reviews && turnReviews(id, sampleId, reviews)} />
              )}
            </section>
            {comments && !isBlind && <LateComments key={sampleId} runId={id} sampleId={sampleId} page={comments} />}
          </div>
          <aside
            aria-label="Facts about the sample"
            className="flex min-w-0 flex-col gap-4 lg:sticky lg:top-16 lg:max-h-[calc(100dvh-5rem)] lg:overflow-y-auto"
          >
            {!isBlind && (
              <>
                <RewardParts summary={summary} scores={parts} />
                <ExampleRollouts
                  rollouts={siblings.rollouts}
                  current={sampleId}
                  moreHref={siblings.hasMore ? samplesHref(id, state, { ...samplesSearch.cleared, example: summary.example_id }) : null}
                  href={hrefOf}
                />
              </>
            )}
            <SampleSide detail={detail} />
            {!large && <Outline conversations={talks} view={view} />}
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
