"use client"

import { useRouter } from "next/navigation"
import { useId, useRef } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { FieldError } from "@/components/ui/form/field.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { Kbd } from "@/components/ui/keyboard/kbd.tsx"
import { useShortcuts } from "@/components/ui/keyboard/use-shortcuts.ts"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { limits } from "@/contract/limits.ts"
import { LabelsInput } from "./labels-input.tsx"
import { RatingButtons } from "./rating-buttons.tsx"
import { ratings } from "./rating-words.ts"
import { type Reviewed, useReview } from "./use-review.ts"

interface ReviewFormProps extends Reviewed {
  /** Where to go on in a queue; null where the reader stays. */
  next: string | null
  /** Whether the keys of the page rate: not in a dialog, behind which they do nothing. */
  hasKeys: boolean
  /** Called when the review was stored or removed, and the reader stays. */
  onDone?: () => void
}

/** What the reader says about a sample or a turn: a rating, labels, a note. */
export function ReviewForm({ next, hasKeys, onDone = () => {}, ...reviewed }: ReviewFormProps) {
  const router = useRouter()
  const review = useReview(reviewed)
  const note = useRef<HTMLTextAreaElement>(null)
  const errorId = useId()
  const { mine } = reviewed
  const { isEmpty, isPending, refusal } = review
  const stay = () => {
    router.refresh()
    onDone()
  }
  const save = () => {
    if (isPending) return
    if (next === null) {
      if (!isEmpty) review.save(stay)
    } else if (isEmpty) router.push(next)
    else review.save(() => router.push(next))
  }
  useShortcuts(
    hasKeys
      ? {
          ...Object.fromEntries(ratings.map(({ key, value }) => [key, () => review.setRating(value)])),
          n: () => note.current?.focus(),
          s: save,
        }
      : {},
  )
  const described = refusal ? { "aria-describedby": errorId } : {}
  return (
    <form
      className="flex min-w-0 flex-col gap-1.5"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <div className="flex min-w-0 flex-wrap items-start gap-x-3 gap-y-2">
        <RatingButtons rating={review.rating} onRate={review.setRating} hasKeys={hasKeys} />
        <LabelsInput
          runId={reviewed.runId}
          className="w-44 max-sm:w-full"
          value={review.labels}
          onChange={review.setLabels}
          {...described}
        />
        <Textarea
          ref={note}
          aria-label="Note"
          placeholder={hasKeys ? "Note (n)" : "Note"}
          rows={1}
          maxLength={limits.reviewNoteCharactersMax}
          className="field-sizing-content max-h-48 min-h-8 min-w-40 flex-1 resize-none py-[5px] max-lg:min-h-9 max-sm:basis-full"
          value={review.note}
          onChange={(event) => review.setNote(event.target.value)}
          {...described}
        />
        <div className="flex items-center gap-2">
          <Button
            type="submit"
            variant={isEmpty ? "secondary" : "primary"}
            pending={isPending}
            disabled={isEmpty && next === null}
            className={cn("max-lg:h-9", next !== null && "min-w-34")}
          >
            {next === null ? "Save" : isEmpty ? "Skip" : "Save and next"}
            {hasKeys && (
              <span
                aria-hidden
                className="max-sm:hidden pointer-coarse:hidden [&_kbd]:border-transparent [&_kbd]:bg-transparent [&_kbd]:text-inherit"
              >
                <Kbd>s</Kbd>
              </span>
            )}
          </Button>
          {mine && (
            <Button variant="ghost" pending={isPending} onClick={() => review.remove(stay)}>
              Remove
            </Button>
          )}
        </div>
      </div>
      {refusal && (
        <FieldError id={errorId}>
          {[refusal.message, ...refusal.problems.map(({ field, message }) => `${field} ${message}`)].join("\n")}
        </FieldError>
      )}
      <p role="status" className="text-2xs text-muted-foreground empty:hidden">
        {review.isSaved ? (
          "Saved."
        ) : mine ? (
          <>
            Reviewed by you, <TimeAgo at={mine.updated_at} />
          </>
        ) : null}
      </p>
    </form>
  )
}
