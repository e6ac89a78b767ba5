"use client"

import { useQuery } from "@tanstack/react-query"
import { type FormEvent, useEffect, useRef, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { limits } from "@/contract/limits.ts"
import { get } from "@/lib/api/browser.ts"
import { useWrite } from "@/lib/use-write.ts"
import { writeComment } from "./actions.ts"

interface CommentFormProps {
  runId: string
  sampleId: string | null
  onWritten: () => void
  onClose: () => void
}

/** An @ and the beginning of a username, right before where one types. */
const beingTyped = /(?<![\w@./-])@([a-z0-9-]{0,30})$/
const offeredMax = 8

/** Writes a comment. Where an @ is typed, people are offered who may see the run. */
export function CommentForm({ runId, sampleId, onWritten, onClose }: CommentFormProps) {
  const [text, setText] = useState("")
  const [caret, setCaret] = useState(0)
  const area = useRef<HTMLTextAreaElement>(null)
  const { run, isPending, refusal, clear } = useWrite()
  useEffect(() => area.current?.focus(), [])
  const typed = beingTyped.exec(text.slice(0, caret))?.[1]
  const { data } = useQuery({
    queryKey: ["run-people", runId, typed],
    queryFn: ({ signal }) =>
      get("/evaluations/{evaluation_id}/people", { evaluation_id: runId }, { search: typed, limit: offeredMax }, signal),
    enabled: typed !== undefined,
  })
  const people = typed === undefined ? [] : (data?.people ?? [])
  const change = (value: string, at: number) => {
    if (refusal) clear()
    setText(value)
    setCaret(at)
  }
  const mention = (slug: string) => {
    const before = `${text.slice(0, caret - (typed?.length ?? 0))}${slug} `
    change(before + text.slice(caret), before.length)
    // Once the new text is there, its caret can be put behind the name.
    requestAnimationFrame(() => {
      area.current?.focus()
      area.current?.setSelectionRange(before.length, before.length)
    })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === "" || isPending) return
    run(() => writeComment(runId, { text, ...(sampleId ? { sample_id: sampleId } : {}) }), onWritten)
  }
  return (
    <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-2">
      <Field label="Comment" hint="@username tells that person, where they may see this and asked to be told.">
        {(control) => (
          <Textarea
            {...control}
            ref={area}
            dir="auto"
            maxLength={limits.commentCharactersMax}
            value={text}
            onChange={({ target }) => change(target.value, target.selectionStart)}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit()
            }}
          />
        )}
      </Field>
      <div role="group" aria-label="People to mention" className="flex min-h-7 flex-wrap items-center gap-1.5">
        {people.map(({ id, slug, name }) => (
          <Button key={id} size="sm" title={name} onClick={() => mention(slug)}>
            @{slug}
          </Button>
        ))}
      </div>
      <div role="alert">{refusal && <FieldError>{refusal.message}</FieldError>}</div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" pending={isPending} disabled={text.trim() === ""}>
          Comment
        </Button>
      </div>
    </form>
  )
}
