"use client"

import { Trash2 } from "lucide-react"
import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { RunPreset } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { presetText } from "./preset-text.ts"
import { deletePreset, renamePreset, savePreset } from "./write-presets.ts"

interface ManagePresetsDialogProps {
  presets: readonly RunPreset[]
  onChanged: () => void
  onClose: () => void
}

/** Other names for presets, and an end to them, which can be taken back as long as the dialog is open. */
export function ManagePresetsDialog({ presets, onChanged, onClose }: ManagePresetsDialogProps) {
  const [deleted, setDeleted] = useState<RunPreset | null>(null)
  // It is listed until the list is read again.
  const shown = presets.filter(({ id }) => id !== deleted?.id)
  const { run: write, isPending, refusal } = useWrite()
  const undo = ({ name, environment_id, eval_config }: RunPreset) =>
    write(
      () => savePreset({ name, environment_id, eval_config }),
      () => {
        setDeleted(null)
        onChanged()
      },
    )
  return (
    <Dialog open onClose={onClose} title="Presets">
      <div className="flex flex-col gap-3 pb-1">
        {shown.length === 0 && !deleted && <p className="text-muted-foreground text-sm">There is no preset left.</p>}
        {shown.length > 0 && (
          <ul className="flex flex-col gap-3">
            {shown.map((preset) => (
              <PresetRow
                key={preset.id}
                preset={preset}
                onRenamed={onChanged}
                onDeleted={() => {
                  setDeleted(preset)
                  onChanged()
                }}
              />
            ))}
          </ul>
        )}
        <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {deleted && (
            <>
              <p className="break-anywhere text-sm">{deleted.name} was deleted.</p>
              <Button size="sm" pending={isPending} onClick={() => undo(deleted)}>
                Undo
              </Button>
            </>
          )}
          {refusal && <FieldError>{refusal.message}</FieldError>}
        </div>
      </div>
    </Dialog>
  )
}

interface PresetRowProps {
  preset: RunPreset
  onRenamed: () => void
  onDeleted: () => void
}

function PresetRow({ preset, onRenamed, onDeleted }: PresetRowProps) {
  const [name, setName] = useState(preset.name)
  const { run: write, isPending, refusal } = useWrite()
  const rename = (event: FormEvent) => {
    event.preventDefault()
    write(() => renamePreset(preset.id, name.trim()), onRenamed)
  }
  const remove = () => write(() => deletePreset(preset.id), onDeleted)
  return (
    <li>
      <form onSubmit={rename} className="flex items-start gap-2">
        <NameField
          label={`Name of ${preset.name}`}
          note={presetText(preset.eval_config)}
          error={refusal?.message}
          hint={preset.environment_id === null ? "For all environments." : undefined}
          className="flex-1"
          value={name}
          onChange={setName}
          max={limits.presetNameCharactersMax}
        />
        <Button type="submit" className="mt-6" pending={isPending} disabled={name.trim() === preset.name}>
          Rename
        </Button>
        <Button variant="ghost" icon aria-label={`Delete ${preset.name}`} className="mt-6" pending={isPending} onClick={remove}>
          <Trash2 aria-hidden />
        </Button>
      </form>
    </li>
  )
}
