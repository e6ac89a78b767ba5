"use client"

import { useQuery } from "@tanstack/react-query"
import { X } from "lucide-react"
import { type FormEvent, useId, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { get } from "@/lib/api/browser.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"

interface TagDialogProps {
  runs: readonly Evaluation[]
  onAct: (action: "tag" | "untag", tags: string[]) => void
  onClose: () => void
}

/** The tags that some of the runs have, to take away, and a field for more. Each change is made at once. */
export function TagDialog({ runs, onAct, onClose }: TagDialogProps) {
  const [text, setText] = useState("")
  const listId = useId()
  const { data } = useQuery({ queryKey: queryKeys.runTags, queryFn: ({ signal }) => get("/evaluation-tags", {}, undefined, signal) })
  const tags = [...new Set(runs.flatMap((run) => run.tags))].sort()
  const add = (event: FormEvent) => {
    event.preventDefault()
    const given = text.split(",").flatMap((one) => one.trim() || [])
    if (given.length > 0) onAct("tag", given)
    setText("")
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={runs.length === 1 ? "Tags" : `Tags of ${runs.length} evaluations`}
      footer={<Button onClick={onClose}>Done</Button>}
    >
      <div className="flex flex-col gap-3">
        {tags.length > 0 && (
          <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
            {tags.map((tag) => (
              <li key={tag} className="flex min-w-0 items-center gap-1 rounded-full border py-0.5 pr-0.5 pl-2.5 text-sm">
                <span className="break-anywhere">{tag}</span>
                {runs.length > 1 && (
                  <span className="text-2xs text-muted-foreground">{runs.filter((run) => run.tags.includes(tag)).length}</span>
                )}
                <Button
                  variant="ghost"
                  size="sm"
                  icon
                  aria-label={`Remove ${tag}`}
                  className="size-6"
                  onClick={() => onAct("untag", [tag])}
                >
                  <X aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
        )}
        <form onSubmit={add} className="flex items-end gap-2">
          <Field
            label="Add a tag"
            hint={`At most ${limits.tagsMax}, of ${limits.tagCharactersMax} characters each. Several are joined by commas.`}
          >
            {(control) => (
              <Input {...control} list={listId} value={text} autoComplete="off" onChange={(event) => setText(event.target.value)} />
            )}
          </Field>
          <datalist id={listId}>
            {(data?.tags ?? []).map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
          <Button type="submit">Add</Button>
        </form>
      </div>
    </Dialog>
  )
}
