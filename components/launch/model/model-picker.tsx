"use client"

import { Check, CircleAlert, Search, X } from "lucide-react"
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react"
import { FavouriteStar } from "@/components/shared/models/favourite-star.tsx"
import { modelPrice } from "@/components/shared/models/model-price.ts"
import { useFavourites } from "@/components/shared/models/use-favourites.ts"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Checkbox } from "@/components/ui/form/checkbox.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Kbd } from "@/components/ui/keyboard/kbd.tsx"
import { Link } from "@/components/ui/link.tsx"
import { RefreshWhile } from "@/components/ui/refresh-while.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { VisuallyHidden } from "@/components/ui/text/visually-hidden.tsx"
import type { ListInferenceModelsResponse } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { paths } from "@/lib/paths.ts"
import { groupModels, type ModelEntry, moveActive, optionsOf } from "./model-list.ts"

interface ModelPickerProps {
  models: ListInferenceModelsResponse
  error: string | null
  /** What was chosen when the list was here before. */
  before: readonly string[]
  canChooseSeveral: boolean
  onChoose: (models: readonly string[]) => void
}

const most = limits.modelsPerSuiteMax

/**
 * A combobox whose list is always open: focus stays in the text field, the arrow keys move the active option. Choosing a model goes on with
 * it, or with several switched on adds it to the others.
 */
export function ModelPicker({ models, error, before, canChooseSeveral, onChoose }: ModelPickerProps) {
  const [several, setSeveral] = useState<readonly string[] | null>(before.length > 1 ? before : null)
  const choose = (model: string) => {
    if (several === null) return onChoose([model])
    if (several.includes(model)) setSeveral(several.filter((one) => one !== model))
    else if (several.length < most) setSeveral([...several, model])
  }
  const [typed, setTyped] = useState("")
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const shownFor = useDeferredValue(typed)
  // Groups stay as they were read, or options would run away from under the pointer.
  const marked = models.favourites ?? null
  const favourites = useFavourites(marked)
  const groupsFor = (text: string) => groupModels(models, text, marked ?? [])
  const groups = groupsFor(shownFor)
  const options = optionsOf(groups, models, shownFor)
  const current = Math.min(active, options.length - 1)
  const own = shownFor.trim()
  const hasOwn = options.at(-1) === own && own !== "" && !models.models.some((model) => model.id === own)
  const indexOf = new Map(options.map((id, index) => [id, index]))

  // A server may be starting, and the model of this machine is here a minute after the first start.
  const isComing = models.providers?.some((provider) => provider.error !== null && provider.models === 0) ?? false

  useEffect(() => input.current?.focus({ preventScroll: true }), [])

  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.metaKey || event.ctrlKey) return
    if (event.altKey) {
      const model = event.key === "Enter" && models.models.find(({ id }) => id === options[current])
      if (!model) return
      event.preventDefault()
      favourites?.toggle(model.id)
      return
    }
    if (event.key === "Enter") {
      event.preventDefault()
      // What was typed a moment ago counts, not what the list has shown so far.
      const fresh = typed === shownFor ? options : optionsOf(groupsFor(typed), models, typed)
      const chosen = fresh[Math.min(current, fresh.length - 1)]
      if (chosen !== undefined) choose(chosen)
      return
    }
    if (event.key === "Escape" && typed !== "") {
      event.preventDefault()
      setTyped("")
      setActive(0)
      return
    }
    const next = event.shiftKey ? null : moveActive(event.key, current, options.length)
    if (next === null) return
    event.preventDefault()
    setActive(next)
    list.current?.querySelector(`#${optionId(next)}`)?.scrollIntoView({ block: "nearest" })
  }

  return (
    <div className="flex min-w-0 max-w-5xl flex-col gap-3">
      <RefreshWhile active={isComing} />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="relative w-96 max-w-full">
          <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-foreground" />
          <Input
            ref={input}
            role="combobox"
            aria-label="Model"
            aria-expanded="true"
            aria-controls="models"
            aria-autocomplete="list"
            aria-activedescendant={options.length > 0 ? optionId(current) : undefined}
            aria-describedby="model-keys"
            placeholder="Search models, or type a model id"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            className="pl-8"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value)
              setActive(0)
            }}
            onKeyDown={press}
          />
        </div>
        <p id="model-keys" className="flex items-center gap-1.5 text-muted-foreground text-xs max-sm:hidden">
          <Kbd>↑</Kbd>
          <Kbd>↓</Kbd> to move, <Kbd>Enter</Kbd> to choose{favourites && ", "}
          {favourites && (
            <>
              <Kbd>Alt</Kbd>
              <Kbd>Enter</Kbd> to mark a favourite
            </>
          )}
        </p>
        {canChooseSeveral && (
          <Checkbox
            id="several-models"
            label="Several models"
            checked={several !== null}
            onChange={(event) => setSeveral(event.target.checked ? [] : null)}
          />
        )}
      </div>
      {several && <Chosen models={several} onRemove={choose} onContinue={() => onChoose(several)} />}
      {error && (
        <p role="alert" className="break-anywhere flex items-start gap-2 text-danger text-sm">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>The models could not be listed: {error} A model id can still be typed.</span>
        </p>
      )}
      <p role="status" className="sr-only">
        {options.length === 0 ? "No model" : options.length === 1 ? "1 option" : `${options.length} options`}
      </p>
      <div
        ref={list}
        id="models"
        role="listbox"
        aria-label="Models"
        aria-multiselectable={several !== null}
        className="flex min-w-0 flex-col gap-3"
      >
        {groups.map((group) => (
          <div
            key={group.id}
            role="group"
            aria-labelledby={`provider-${group.id}`}
            className="min-w-0 overflow-hidden rounded-lg border bg-card"
          >
            <div className="border-b bg-muted/50 px-3 py-1.5">
              <div id={`provider-${group.id}`} role="presentation" className="font-medium text-muted-foreground text-xs">
                {group.name}
              </div>
              {group.models.some((model) => model.scripted) && (
                <div role="presentation" className="text-muted-foreground text-xs">
                  Scripted programs inside this platform, not language models: a first run needs no key. Their prices are made up, to show
                  how costs are counted.
                </div>
              )}
            </div>
            {group.error && (
              <div
                role="presentation"
                className={cn(
                  "break-anywhere flex items-start gap-1.5 border-b px-3 py-2 text-xs last:border-b-0",
                  group.isStarting ? "text-muted-foreground" : "text-danger",
                )}
              >
                {group.isStarting ? (
                  <Spinner className="mt-0.5 size-3.5 shrink-0" />
                ) : (
                  <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
                )}
                {group.models.length === 0 ? "Its models are not listed yet" : "Its list of models may be old"}: {group.error}
              </div>
            )}
            {group.models.map((model) => {
              const index = indexOf.get(model.id) ?? -1
              return (
                <Option
                  key={model.id}
                  index={index}
                  isActive={index === current}
                  isChosen={several?.includes(model.id) ?? null}
                  model={model}
                  isFavourite={favourites?.models.includes(model.id) ?? null}
                  onFavourite={favourites?.toggle}
                  onPoint={setActive}
                  onChoose={choose}
                />
              )
            })}
          </div>
        ))}
        {hasOwn && (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text field above handles the keys of the list
          <div
            id={optionId(options.length - 1)}
            role="option"
            tabIndex={-1}
            aria-selected={several ? several.includes(own) : current === options.length - 1}
            onPointerMove={() => setActive(options.length - 1)}
            onClick={() => choose(own)}
            className={cn(
              "min-w-0 cursor-pointer rounded-lg border border-dashed px-3 py-2.5 text-sm",
              current === options.length - 1 && "border-primary bg-accent/8",
            )}
          >
            <span className="break-anywhere block">
              Use model id “<bdi className="font-mono text-xs">{own}</bdi>”
            </span>
            <span className="block text-muted-foreground text-xs">For a custom endpoint, or a model that is not listed.</span>
          </div>
        )}
      </div>
      {options.length === 0 && !error && (
        <p className="text-muted-foreground text-sm">No provider is set up. Type a model id to use one through a custom endpoint.</p>
      )}
      {favourites && (
        <p className="text-muted-foreground text-xs">
          Not there?{" "}
          <Link href={paths.models} className="text-accent underline underline-offset-2">
            Add a provider
          </Link>{" "}
          with a key of your own, or any server that speaks OpenAI&rsquo;s API.
        </p>
      )}
    </div>
  )
}

interface ChosenProps {
  models: readonly string[]
  onRemove: (model: string) => void
  onContinue: () => void
}

/** The models that were chosen so far, and the way on. */
function Chosen({ models, onRemove, onContinue }: ChosenProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p role="status" className="text-muted-foreground text-xs">
        {models.length === 0
          ? `Choose up to ${most}: a run of each, which are then compared.`
          : `${models.length} chosen${models.length === most ? ", the most" : ""}:`}
      </p>
      {models.map((model) => (
        <Button key={model} size="sm" aria-label={`Remove ${model}`} className="max-w-full" onClick={() => onRemove(model)}>
          <bdi className="truncate font-mono">{model}</bdi>
          <X aria-hidden />
        </Button>
      ))}
      {models.length > 0 && (
        <Button size="sm" variant="primary" onClick={onContinue}>
          Continue with {models.length === 1 ? "1 model" : `${models.length} models`}
        </Button>
      )}
    </div>
  )
}

const optionId = (index: number) => `model-${index}`

interface OptionProps {
  index: number
  isActive: boolean
  /** Null where one model alone is chosen. */
  isChosen: boolean | null
  model: ModelEntry
  /** Null on a platform that keeps no favourites. */
  isFavourite: boolean | null
  onFavourite: ((model: string) => void) | undefined
  onPoint: (index: number) => void
  onChoose: (model: string) => void
}

function Option({ index, isActive, isChosen, model, isFavourite, onFavourite, onPoint, onChoose }: OptionProps) {
  return (
    <div
      role="presentation"
      onPointerMove={() => onPoint(index)}
      className={cn(
        "flex min-w-0 items-center border-b last:border-b-0",
        isActive && "bg-accent/8 shadow-[inset_3px_0_0_var(--color-accent)]",
      )}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the text field above handles the keys of the list */}
      <div
        id={optionId(index)}
        role="option"
        tabIndex={-1}
        aria-selected={isChosen ?? isActive}
        onClick={() => onChoose(model.id)}
        className="flex min-w-0 flex-1 cursor-pointer flex-wrap items-center justify-between gap-x-4 gap-y-0.5 px-3 py-2"
      >
        <span className="min-w-0 flex-1 basis-64">
          <span className="flex min-w-0 flex-wrap items-center gap-x-2">
            {isChosen !== null && (
              <span
                aria-hidden
                className={cn(
                  "inline-flex size-4 items-center justify-center rounded-sm border border-input bg-card text-primary-foreground [&_svg]:size-3",
                  isChosen && "border-primary bg-primary",
                )}
              >
                {isChosen && <Check />}
              </span>
            )}
            <bdi className="break-anywhere font-medium text-sm">{model.id}</bdi>
            {model.scripted && <Badge tone="info">Scripted, not a language model</Badge>}
          </span>
          {model.description && (
            <span dir="auto" className="line-clamp-2 text-muted-foreground text-xs">
              {model.description}
            </span>
          )}
        </span>
        <span className="tabular flex shrink-0 flex-col text-muted-foreground text-xs sm:items-end">
          <span>{modelPrice(model)}</span>
          {model.context_length ? <span>{model.context_length.toLocaleString("en-US")} tokens of context</span> : null}
        </span>
        {isFavourite && <VisuallyHidden>favourite</VisuallyHidden>}
      </div>
      {isFavourite !== null && onFavourite && (
        // Beside the option, which may hold no button, and not for a screen reader: the keys of the field mark it, too.
        <span aria-hidden className="pr-1.5">
          <FavouriteStar model={model.id} isFavourite={isFavourite} onToggle={onFavourite} tabIndex={-1} />
        </span>
      )}
    </div>
  )
}
