"use client"

import { useQueryClient } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { updateRun } from "@/components/shared/run-actions.ts"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { formatCount } from "@/lib/format.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useWrite } from "@/lib/use-write.ts"

interface EditDialogProps {
  run: Evaluation
  /** Whether runs of this platform have tags and notes. */
  canMark: boolean
  open: boolean
  onClose: () => void
}

/** What people call a run, and what they wrote about it. */
export function EditDialog({ open, ...props }: EditDialogProps) {
  return (
    <Dialog open={open} onClose={props.onClose} title={props.canMark ? "Name, tags and notes" : "Rename the evaluation"}>
      {open && <EditForm {...props} />}
    </Dialog>
  )
}

function EditForm({ run, canMark, onClose }: Omit<EditDialogProps, "open">) {
  const client = useQueryClient()
  const router = useRouter()
  const [name, setName] = useState(run.name)
  const [tags, setTags] = useState(run.tags.join(", "))
  const [notes, setNotes] = useState(run.notes ?? "")
  const { run: write, isPending, refusal } = useWrite()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const marks = canMark ? { tags: [...new Set(tags.split(",").flatMap((tag) => tag.trim() || []))], notes } : {}
    write(
      () => updateRun(run.evaluation_id, { name: name.trim(), ...marks }),
      () => {
        for (const queryKey of [queryKeys.run(run.evaluation_id), queryKeys.runLists]) void client.invalidateQueries({ queryKey })
        // Notes are drawn by the server.
        if (notes !== (run.notes ?? "")) router.refresh()
        onClose()
      },
    )
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 pb-1">
      <NameField value={name} onChange={setName} max={limits.nameCharactersMax} />
      {canMark && (
        <>
          <Field label="Tags" hint={`Joined by commas: at most ${limits.tagsMax}, of ${limits.tagCharactersMax} characters each.`}>
            {(control) => <Input {...control} value={tags} autoComplete="off" onChange={(event) => setTags(event.target.value)} />}
          </Field>
          <Field
            label="Notes"
            hint={`Markdown, at most ${formatCount(limits.notesCharactersMax)} characters. They stand on the run's overview.`}
          >
            {(control) => (
              <Textarea
                {...control}
                value={notes}
                rows={8}
                dir="auto"
                maxLength={limits.notesCharactersMax}
                onChange={(event) => setNotes(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      {refusal && <FieldError>{refusal.message}</FieldError>}
      <FormButtons onCancel={onClose} pending={isPending}>
        Save
      </FormButtons>
    </form>
  )
}
