"use client"

import { type FormEvent, useState } from "react"
import { Checkbox } from "@/components/ui/form/checkbox.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { HostedEvalConfig, RunPreset } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { presetText } from "./preset-text.ts"
import { savePreset } from "./write-presets.ts"

interface SavePresetDialogProps {
  environmentId: string
  config: HostedEvalConfig
  presets: readonly RunPreset[]
  onSaved: () => void
  onClose: () => void
}

/** Keeps the form's configuration under a name. */
export function SavePresetDialog({ environmentId, config, presets, onSaved, onClose }: SavePresetDialogProps) {
  const [name, setName] = useState("")
  const [isForAll, setIsForAll] = useState(false)
  const { run: write, isPending, refusal } = useWrite()
  const environment_id = isForAll ? null : environmentId
  const replaced = presets.some((preset) => preset.name === name.trim() && preset.environment_id === environment_id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    write(
      () => savePreset({ name: name.trim(), environment_id, eval_config: config }),
      () => {
        onSaved()
        onClose()
      },
    )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save this configuration"
      description={`${presetText(config)}. For you alone, without the model and the values of secrets.`}
    >
      <form onSubmit={submit} className="flex flex-col gap-3 pb-1">
        <NameField
          error={refusal?.message}
          hint={replaced ? "Replaces the preset of that name." : undefined}
          value={name}
          onChange={setName}
          max={limits.presetNameCharactersMax}
        />
        <Checkbox
          id="preset-for-all"
          label="For all environments"
          description="Arguments that another environment does not declare are shown there as such."
          checked={isForAll}
          onChange={(event) => setIsForAll(event.target.checked)}
        />
        <FormButtons onCancel={onClose} pending={isPending}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}
