"use client"

import { Plus, Trash2 } from "lucide-react"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { limits } from "@/contract/limits.ts"
import type { ModelDraft } from "./provider-draft.ts"

interface TypedModelsProps {
  models: readonly ModelDraft[]
  /** Ids that the provider listed, offered while one is typed. */
  listed: readonly string[]
  error: string | undefined
  onChange: (models: ModelDraft[]) => void
}

/** Models that a provider does not list, and prices that it does not tell. */
export function TypedModels({ models, listed, error, onChange }: TypedModelsProps) {
  const change = (index: number, part: Partial<ModelDraft>) =>
    onChange(models.map((model, i) => (i === index ? { ...model, ...part } : model)))
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="font-medium text-sm">Models and prices</legend>
      <p className="text-muted-foreground text-xs">
        What the provider lists is there by itself. Add models that it does not list, and prices that it does not tell, in dollars per
        million tokens.
      </p>
      <datalist id="listed-models">
        {listed.map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      {models.map((model, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity, and their fields hold no state
        <div key={i} className="flex min-w-0 items-center gap-2 max-sm:flex-wrap">
          <Input
            aria-label={`Model ${i + 1}`}
            placeholder="model id"
            list="listed-models"
            className="min-w-32 flex-1 font-mono text-xs"
            autoComplete="off"
            spellCheck={false}
            maxLength={limits.modelIdCharactersMax}
            value={model.id}
            onChange={(event) => change(i, { id: event.target.value })}
          />
          {(["input", "output"] as const).map((part) => (
            <Input
              key={part}
              type="number"
              min={0}
              step="any"
              inputMode="decimal"
              aria-label={`Price of ${part} of model ${i + 1}`}
              placeholder={part === "input" ? "$ in" : "$ out"}
              className="w-20"
              value={model[part]}
              onChange={(event) => change(i, { [part]: event.target.value })}
            />
          ))}
          <Button
            variant="ghost"
            icon
            aria-label={`Remove model ${i + 1}`}
            title="Remove"
            onClick={() => onChange(models.filter((_, at) => at !== i))}
          >
            <Trash2 aria-hidden />
          </Button>
        </div>
      ))}
      {error && <FieldError>{error}</FieldError>}
      <div>
        <Button
          size="sm"
          disabled={models.length >= limits.typedModelsMax}
          onClick={() => onChange([...models, { id: "", input: "", output: "" }])}
        >
          <Plus aria-hidden />
          Add a model
        </Button>
      </div>
    </fieldset>
  )
}
