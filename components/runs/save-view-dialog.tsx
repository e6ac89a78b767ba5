"use client"

import { useRouter } from "next/navigation"
import { type FormEvent, useState } from "react"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { saveView } from "./write-actions.ts"

interface SaveViewDialogProps {
  /** The query part of the list's address. */
  query: string
  /** Names that are taken. */
  names: readonly string[]
  onClose: () => void
}

/** Keeps filters, order and columns of the list under a name. */
export function SaveViewDialog({ query, names, onClose }: SaveViewDialogProps) {
  const router = useRouter()
  const [name, setName] = useState("")
  const { run: write, isPending, refusal } = useWrite()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    write(
      () => saveView({ name: name.trim(), query }),
      () => {
        router.refresh()
        onClose()
      },
    )
  }
  return (
    <Dialog open onClose={onClose} title="Save this view" description="Its filters, order and columns, for you alone.">
      <form onSubmit={submit} className="flex flex-col gap-3 pb-1">
        <NameField
          error={refusal?.message}
          hint={names.includes(name.trim()) ? "Replaces the view of that name." : undefined}
          value={name}
          onChange={setName}
          max={limits.viewNameCharactersMax}
        />
        <FormButtons onCancel={onClose} pending={isPending}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}
