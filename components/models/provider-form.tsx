"use client"

import { CircleAlert, CircleCheck } from "lucide-react"
import { type FormEvent, useId, useState, useTransition } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { NameField } from "@/components/ui/form/name-field.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { ModelProvider, ReadyMadeProvider, TestProviderResponse } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { useWrite } from "@/lib/use-write.ts"
import { addProvider, changeProvider, tryProvider } from "./actions.ts"
import { draftFrom, draftOf, emptyDraft, type ProviderDraft, requestOf, slugFrom } from "./provider-draft.ts"
import { TypedModels } from "./typed-models.tsx"

export interface ProviderFormProps {
  /** The provider that is changed; null for a new one. */
  provider: ModelProvider | null
  readyMade: readonly ReadyMadeProvider[]
  teamId: string | null
  onClose: () => void
}

/** Adds a provider, or changes one. What is typed can be tried before it is stored. */
export function ProviderForm({ provider, readyMade, teamId, onClose }: ProviderFormProps) {
  const [draft, setDraft] = useState<ProviderDraft>(provider ? draftOf(provider) : emptyDraft)
  const [chosen, setChosen] = useState("")
  const [hasOwnSlug, setHasOwnSlug] = useState(provider !== null)
  const [trial, setTrial] = useState<TestProviderResponse | { refusal: string } | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const set = (part: Partial<ProviderDraft>) => {
    if (refusal) clear()
    // What was found holds for an address and its key.
    if ("base_url" in part || "key" in part) setTrial(null)
    setDraft((before) => ({ ...before, ...part }))
  }
  const problemOf = (field: string) => refusal?.problems.find((one) => one.field === field || one.field.startsWith(`${field}.`))?.message
  const isElsewhere = refusal !== null && !fields.some(problemOf)
  const preset = readyMade.find(({ slug }) => slug === chosen)
  const keyHint = provider?.key_end
    ? `Leave it empty to keep the stored key, which ends in ${provider.key_end}.`
    : preset && !preset.needs_key
      ? "Servers on your own machine usually want none."
      : "Stored encrypted. It cannot be shown again, and no environment sees it."

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    const request = requestOf(draft, provider?.models)
    run(
      () => (provider ? changeProvider(provider.id, request) : addProvider({ ...request, is_on: true, team_id: teamId })),
      (saved) => {
        onClose()
        toast({ title: `${saved.name} was ${provider ? "changed" : "added"}`, tone: "success" })
      },
    )
  }
  return (
    <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
      {!provider && (
        <Field label="Provider">
          {(control) => (
            <Select
              {...control}
              value={chosen}
              onChange={({ target }) => {
                const found = readyMade.find(({ slug }) => slug === target.value)
                setChosen(target.value)
                setHasOwnSlug(false)
                set(found ? { ...draftFrom(found), key: draft.key } : { ...emptyDraft, key: draft.key })
              }}
            >
              <option value="">Any OpenAI-compatible server</option>
              {readyMade.map(({ slug, name }) => (
                <option key={slug} value={slug}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <NameField
          value={draft.name}
          max={limits.providerNameCharactersMax}
          error={problemOf("name")}
          onChange={(name) => set({ name, ...(hasOwnSlug || preset ? {} : { slug: slugFrom(name) }) })}
        />
        <Field
          label="Models begin with"
          error={problemOf("slug")}
          hint={draft.slug ? `As in ${draft.slug}/model` : "Lower-case letters, digits and -"}
        >
          {(control) => (
            <Input
              {...control}
              className="font-mono text-xs"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={40}
              value={draft.slug}
              onChange={({ target }) => {
                setHasOwnSlug(true)
                set({ slug: target.value })
              }}
            />
          )}
        </Field>
      </div>
      <Field label="Address" error={problemOf("base_url")} hint="What comes before /chat/completions; mostly it ends in /v1.">
        {(control) => (
          <Input
            {...control}
            type="url"
            className="font-mono text-xs"
            placeholder="https://api.example.com/v1"
            autoComplete="off"
            spellCheck={false}
            value={draft.base_url}
            onChange={({ target }) => set({ base_url: target.value })}
          />
        )}
      </Field>
      <Field label="Key" note={preset?.needs_key ? undefined : "optional"} error={problemOf("key")} hint={keyHint}>
        {(control) => (
          <Input
            {...control}
            type="password"
            className="font-mono text-xs"
            autoComplete="new-password"
            spellCheck={false}
            value={draft.key}
            onChange={({ target }) => set({ key: target.value })}
          />
        )}
      </Field>
      <Trial draft={draft} provider={provider} found={trial} onFound={setTrial} />
      <div className="grid gap-3 sm:grid-cols-2">
        {(
          [
            ["requests_per_minute", "Requests a minute"],
            ["concurrency", "Requests at once"],
          ] as const
        ).map(([field, label]) => (
          <Field key={field} label={label} note="optional" error={problemOf(field)} hint="Of all runs together. More of them wait.">
            {(control) => (
              <Input
                {...control}
                type="number"
                min={1}
                step={1}
                inputMode="numeric"
                value={draft[field]}
                onChange={({ target }) => set({ [field]: target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <TypedModels
        models={draft.models}
        listed={trial && "models" in trial ? trial.models.map(({ id }) => id) : []}
        error={problemOf("models")}
        onChange={(models) => {
          if (refusal) clear()
          setDraft({ ...draft, models })
        }}
      />
      <div role="alert">{isElsewhere && <FieldError>{refusal.message}</FieldError>}</div>
      <FormButtons onCancel={onClose} pending={isPending}>
        {provider ? "Save" : "Add"}
      </FormButtons>
    </form>
  )
}

const fields = ["slug", "name", "base_url", "key", "requests_per_minute", "concurrency", "models"]

interface TrialProps {
  draft: ProviderDraft
  provider: ModelProvider | null
  found: TestProviderResponse | { refusal: string } | null
  onFound: (found: TestProviderResponse | { refusal: string }) => void
}

/** Asks the address for its models, and a model for a short completion where one is named. */
function Trial({ draft, provider, found, onFound }: TrialProps) {
  const [model, setModel] = useState("")
  const [isPending, startTransition] = useTransition()
  const id = useId()
  const ask = () =>
    startTransition(async () => {
      const result = await tryProvider({
        base_url: draft.base_url.trim(),
        key: draft.key.trim() || null,
        provider_id: provider?.id ?? null,
        model: model.trim() || null,
      }).catch(() => ({ ok: false as const, message: "The platform could not be reached.", problems: [] }))
      onFound(result.ok ? result.value : { refusal: result.problems[0]?.message ?? result.message })
    })
  const isGood = found !== null && "fault" in found && found.fault === null
  return (
    <div className="flex flex-col gap-1.5 border-y py-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button pending={isPending} onClick={ask} disabled={draft.base_url.trim() === ""}>
          Test
        </Button>
        <Input
          aria-label="Model to ask for a short completion"
          placeholder="and ask this model (optional)"
          className="min-w-40 flex-1 font-mono text-xs"
          list={id}
          autoComplete="off"
          spellCheck={false}
          value={model}
          onChange={({ target }) => setModel(target.value)}
        />
        <datalist id={id}>{found && "models" in found && found.models.map((one) => <option key={one.id} value={one.id} />)}</datalist>
      </div>
      <p role="status" className="break-anywhere flex min-h-5 items-start gap-1.5 text-xs">
        {isPending && <span className="text-muted-foreground">Asking…</span>}
        {!isPending && found && (
          <>
            {isGood ? (
              <CircleCheck aria-hidden className="mt-0.5 size-3.5 shrink-0 text-success" />
            ) : (
              <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-danger" />
            )}
            <span className={isGood ? undefined : "text-danger"}>{"refusal" in found ? found.refusal : found.message}</span>
          </>
        )}
      </p>
    </div>
  )
}
