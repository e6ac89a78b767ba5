"use client"

import { ChevronDown, X } from "lucide-react"
import { useRouter } from "next/navigation"
import { useEffect, useOptimistic, useRef, useTransition } from "react"
import { statuses, statusWords } from "@/components/shared/run-facts.ts"
import { ButtonLink } from "@/components/ui/button.tsx"
import { Checkbox } from "@/components/ui/form/checkbox.tsx"
import { SearchInput } from "@/components/ui/form/search-input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { focusSearch, useShortcuts } from "@/components/ui/keyboard/use-shortcuts.ts"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { EvaluationStatus } from "@/contract/index.ts"
import { hasFilters, type RunsQuery, runsHref, statusesOf } from "./runs-search.ts"

interface RunsFiltersProps {
  query: RunsQuery
  pathname: string
  /** Model names to propose. */
  models: readonly string[]
}

/** Filters of the runs list. They live in the address; the controls only write it. */
export function RunsFilters({ query: current, pathname, models }: RunsFiltersProps) {
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  // The controls show a choice at once, not only when the list for it is here.
  const [query, setQuery] = useOptimistic(current)
  const go = (change: Partial<RunsQuery>) =>
    startTransition(() => {
      setQuery({ ...query, ...change })
      router.replace(runsHref(pathname, query, change), { scroll: false })
    })
  useShortcuts({ "/": focusSearch })
  const known = [...new Set([...models, ...(query.model ? [query.model] : [])])].sort()
  return (
    <search aria-label="Filter evaluations" className="flex flex-wrap items-center gap-2">
      <SearchInput
        label="Search names and models"
        placeholder="Name, model or id"
        value={query.search ?? ""}
        onChange={(search) => go({ search: search || undefined })}
      />
      <StatusFilter
        chosen={statusesOf(query)}
        onChange={(chosen) => go({ status: chosen.length > 0 && chosen.length < statuses.length ? chosen.join(",") : undefined })}
      />
      <Select
        aria-label="Model"
        className="w-48 max-sm:w-auto max-sm:min-w-32 max-sm:flex-1"
        value={query.model ?? ""}
        onChange={(event) => go({ model: event.target.value || undefined })}
      >
        <option value="">Any model</option>
        {known.map((model) => (
          <option key={model}>{model}</option>
        ))}
      </Select>
      <Select
        aria-label="Where it ran"
        className="w-32 max-sm:w-auto max-sm:min-w-24 max-sm:flex-1"
        value={query.is_hosted ?? ""}
        onChange={(event) => go({ is_hosted: (event.target.value || undefined) as RunsQuery["is_hosted"] })}
      >
        <option value="">Any type</option>
        <option value="true">Hosted</option>
        <option value="false">Local</option>
      </Select>
      {hasFilters(query) && (
        <ButtonLink
          href={runsHref(pathname, query, { search: undefined, status: undefined, model: undefined, is_hosted: undefined })}
          variant="ghost"
          scroll={false}
        >
          <X aria-hidden />
          Clear
        </ButtonLink>
      )}
      <span className="inline-flex w-5 max-sm:absolute">{isPending && <Spinner label="Loading" />}</span>
    </search>
  )
}

function StatusFilter({ chosen, onChange }: { chosen: EvaluationStatus[]; onChange: (chosen: EvaluationStatus[]) => void }) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const element = details.current
      if (!element?.open) return
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return
        element.open = false
        element.querySelector("summary")?.focus()
      } else if (!element.contains(event.target as Node)) element.open = false
    }
    document.addEventListener("pointerdown", close)
    document.addEventListener("keydown", close)
    return () => {
      document.removeEventListener("pointerdown", close)
      document.removeEventListener("keydown", close)
    }
  }, [])
  const text =
    chosen.length === 0
      ? "Any status"
      : chosen.length === 1
        ? statusWords[chosen[0] as EvaluationStatus].label
        : `${chosen.length} statuses`
  return (
    <details ref={details} className="relative max-sm:min-w-28 max-sm:flex-1">
      <summary className="flex h-8 w-36 list-none items-center justify-between gap-2 rounded-md border border-input bg-card px-2.5 text-sm max-lg:h-9 max-sm:w-full [&::-webkit-details-marker]:hidden">
        <span>
          <span className="sr-only">Status: </span>
          {text}
        </span>
        <ChevronDown aria-hidden className="size-4 text-muted-foreground" />
      </summary>
      <fieldset className="absolute top-full left-0 z-20 mt-1 flex w-44 flex-col gap-2 rounded-md border bg-card p-3 shadow-raised">
        <legend className="sr-only">Status</legend>
        {statuses.map((status) => (
          <Checkbox
            key={status}
            label={statusWords[status].label}
            checked={chosen.includes(status)}
            onChange={(event) => onChange(statuses.filter((one) => (one === status ? event.target.checked : chosen.includes(one))))}
          />
        ))}
      </fieldset>
    </details>
  )
}
