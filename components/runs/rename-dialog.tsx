"use client"

import { useQueryClient } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import { updateRun } from "@/components/shared/run-actions.ts"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useWrite } from "@/lib/use-write.ts"

/** Gives a run another name. */
export function RenameDialog({ run, onClose }: { run: Evaluation; onClose: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState(run.name)
  const { run: write, isPending, refusal } = useWrite()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    write(
      () => updateRun(run.evaluation_id, { name: name.trim() }),
      () => {
        void client.invalidateQueries({ queryKey: queryKeys.runLists })
        onClose()
      },
    )
  }
  return (
    <Dialog open onClose={onClose} title="Rename the evaluation">
      <form onSubmit={submit} className="flex flex-col gap-3 pb-1">
        <NameField error={refusal?.message} value={name} onChange={setName} max={limits.nameCharactersMax} />
        <FormButtons onCancel={onClose} pending={isPending}>
          Rename
        </FormButtons>
      </form>
    </Dialog>
  )
}
