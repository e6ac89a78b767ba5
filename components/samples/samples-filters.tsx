"use client"

import { X } from "lucide-react"
import { useRouter } from "next/navigation"
import { useEffect, useOptimistic, useRef, useState, useTransition } from "react"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { SearchInput } from "@/components/ui/form/search-input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { failureWordings } from "@/contract/failures/classes.ts"
import type { RolloutOutcome } from "@/contract/index.ts"
import { hasSampleFilters, type SampleFilter, samplesHref } from "./samples-search.ts"

/** Filters of the samples table. They live in the address; the controls only write it. */
export function SamplesFilters({ runId, filter: current }: { runId: string; filter: SampleFilter }) {
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  // The controls show a choice at once, not only when the list for it is here.
  const [filter, setFilter] = useOptimistic(current)
  const go = (change: Partial<SampleFilter>) =>
    startTransition(() => {
      const next = { ...filter, ...change }
      setFilter(next)
      router.replace(samplesHref(runId, next), { scroll: false })
    })
  const cleared: SampleFilter = {
    ...(filter.sort_by ? { sort_by: filter.sort_by } : {}),
    ...(filter.sort_order ? { sort_order: filter.sort_order } : {}),
  }
  return (
    <search aria-label="Filter samples" className="flex min-w-0 flex-wrap items-center gap-2">
      <SearchInput
        label="Search prompts, answers and errors"
        placeholder="Search the conversations"
        value={filter.search ?? ""}
        onChange={(search) => go({ search: search || undefined })}
      />
      <Select
        aria-label="Outcome"
        className="w-36 max-sm:w-auto max-sm:grow"
        value={filter.outcome ?? ""}
        onChange={(event) => go({ outcome: (event.target.value || undefined) as RolloutOutcome | undefined })}
      >
        <option value="">Any outcome</option>
        <option value="ok">OK</option>
        <option value="truncated">Truncated</option>
        <option value="error">Error</option>
      </Select>
      <span className="flex items-center gap-1 text-muted-foreground text-sm">
        <RewardBound label="Lowest reward" placeholder="Min" value={filter.reward_min} onChange={(bound) => go({ reward_min: bound })} />
        <span aria-hidden>–</span>
        <RewardBound label="Highest reward" placeholder="Max" value={filter.reward_max} onChange={(bound) => go({ reward_max: bound })} />
      </span>
      {filter.error_class !== undefined && (
        <Button
          onClick={() => go({ error_class: undefined })}
          aria-label={`Cause ${failureWordings[filter.error_class].label}: show all samples`}
          className="max-w-60"
        >
          <span className="truncate">{failureWordings[filter.error_class].label}</span>
          <X aria-hidden />
        </Button>
      )}
      {filter.example_id !== undefined && (
        <Button
          onClick={() => go({ example_id: undefined })}
          aria-label={`Example ${filter.example_id}: show all examples`}
          className="max-w-48"
        >
          <span className="truncate">Example {filter.example_id}</span>
          <X aria-hidden />
        </Button>
      )}
      {hasSampleFilters(filter) && (
        <ButtonLink href={samplesHref(runId, cleared)} variant="ghost" scroll={false}>
          <X aria-hidden />
          Clear
        </ButtonLink>
      )}
      <span className="inline-flex w-5">{isPending && <Spinner label="Loading" />}</span>
    </search>
  )
}

function RewardBound({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string
  placeholder: string
  value: number | undefined
  onChange: (value: number | undefined) => void
}) {
  const shown = value === undefined ? "" : String(value)
  const [text, setText] = useState(shown)
  const [known, setKnown] = useState(shown)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  if (shown !== known) {
    setKnown(shown)
    setText(shown)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    const number = Number(next)
    if (next !== "" && !Number.isFinite(number)) return
    timer.current = setTimeout(() => onChange(next === "" ? undefined : number), 400)
  }
  return (
    <Input
      type="number"
      step="any"
      inputMode="decimal"
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => change(event.target.value)}
      className="w-20"
    />
  )
}
