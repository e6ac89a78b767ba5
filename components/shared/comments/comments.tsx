"use client"

import dynamic from "next/dynamic"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { Section } from "@/components/ui/section.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { commentParts } from "@/contract/comments/mentions.ts"
import type { Comment, ListCommentsResponse } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { useWrite } from "@/lib/use-write.ts"
import { removeComment } from "./actions.ts"

const CommentForm = dynamic(() => import("./comment-form.tsx").then((module) => module.CommentForm), {
  ssr: false,
  loading: () => <Spinner label="Loading the form" />,
})

interface CommentsProps {
  runId: string
  /** The sample that they are about; null for the run as a whole. */
  sampleId: string | null
  /** The newest page. */
  page: ListCommentsResponse
}

/** What people wrote beside a run or a sample, oldest first, and a form to write more. */
export function Comments({ runId, sampleId, page }: CommentsProps) {
  const [isWriting, setIsWriting] = useState(false)
  const [leaving, setLeaving] = useState<Comment | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const router = useRouter()
  const { earlier, ...more } = useEarlier(runId, sampleId, page)
  const shown = [...earlier, ...page.comments]
  const remove = () => {
    if (!leaving) return
    run(
      () => removeComment(runId, leaving.id),
      () => {
        setLeaving(null)
        more.drop(leaving.id)
        router.refresh()
      },
    )
  }
  return (
    <Section
      id="comments"
      title="Comments"
      note={
        page.total === 0 ? "by people who may see this" : page.total === 1 ? "1 comment" : `${page.total.toLocaleString("en-US")} comments`
      }
      className="max-w-4xl print:hidden"
    >
      {more.hasMore && (
        <div className="mb-2 flex flex-wrap items-center gap-2">
          <Button size="sm" pending={more.isLoading} onClick={more.load}>
            Show earlier ones
          </Button>
          {more.error && <FieldError>{more.error}</FieldError>}
        </div>
      )}
      {shown.length > 0 && (
        <ol aria-label="Comments" className="mb-3 flex min-w-0 flex-col gap-3">
          {shown.map((comment) => (
            <CommentRow
              key={comment.id}
              comment={comment}
              onRemove={() => {
                clear()
                setLeaving(comment)
              }}
            />
          ))}
        </ol>
      )}
      {isWriting ? (
        <CommentForm
          runId={runId}
          sampleId={sampleId}
          onClose={() => setIsWriting(false)}
          onWritten={() => {
            setIsWriting(false)
            router.refresh()
          }}
        />
      ) : (
        <Button size="sm" onClick={() => setIsWriting(true)}>
          Write a comment
        </Button>
      )}
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={remove}
        title="Delete this comment?"
        confirmLabel="Delete"
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="text-muted-foreground">Nobody can read it any more. This cannot be undone.</p>
      </ConfirmDialog>
    </Section>
  )
}

function CommentRow({ comment, onRemove }: { comment: Comment; onRemove: () => void }) {
  return (
    <li className="flex min-w-0 flex-col gap-0.5">
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-xs">
        <bdi className="break-anywhere font-medium">{comment.author.name}</bdi>
        <span className="text-muted-foreground">
          <TimeAgo at={comment.created_at} />
        </span>
        {comment.is_mine && (
          <Button variant="ghost" size="sm" className="-my-1 ml-auto" aria-label="Delete your comment" onClick={onRemove}>
            Delete
          </Button>
        )}
      </span>
      <p dir="auto" className="break-anywhere whitespace-pre-wrap text-sm">
        {commentParts(comment.text).map(({ text, slug }, i) => {
          if (slug === null) return text
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never change their order
            <strong key={i} className="font-medium text-accent">
              {text}
            </strong>
          )
        })}
      </p>
    </li>
  )
}

/** Pages before the newest one, as far as they were asked for. */
function useEarlier(runId: string, sampleId: string | null, page: ListCommentsResponse) {
  const [earlier, setEarlier] = useState<Comment[]>([])
  const [cursor, setCursor] = useState<string | null | undefined>(undefined)
  const [isLoading, setIsLoading] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const next = cursor === undefined ? page.earlier : cursor
  const load = () => {
    setIsLoading(true)
    setError(null)
    get("/evaluations/{evaluation_id}/comments", { evaluation_id: runId }, { sample_id: sampleId, cursor: next })
      .then(
        (before) => {
          setEarlier((known) => [...before.comments, ...known])
          setCursor(before.earlier)
        },
        (failed: unknown) => setError(failed instanceof Error ? failed.message : String(failed)),
      )
      .finally(() => setIsLoading(false))
  }
  const newest = new Set(page.comments.map(({ id }) => id))
  return {
    earlier: earlier.filter(({ id }) => !newest.has(id)),
    hasMore: next !== null,
    isLoading,
    error,
    load,
    drop: (id: string) => setEarlier((known) => known.filter((one) => one.id !== id)),
  }
}
