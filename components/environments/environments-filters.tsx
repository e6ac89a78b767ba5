"use client"

import { Search, X } from "lucide-react"
import { usePathname, useRouter } from "next/navigation"
import { useEffect, useRef, useState, useTransition } from "react"
import { ButtonLink } from "@/components/ui/button.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { type EnvironmentsView, environmentsHref, hasFilters, type Sorting, sortings } from "./environments-search.ts"

const typingPauseMs = 300

interface EnvironmentsFiltersProps {
  view: EnvironmentsView
  /** Owners to propose. */
  owners: readonly string[]
}

/** Search, owner and order of the list. They live in the address; the controls only write it. */
export function EnvironmentsFilters({ view, owners }: EnvironmentsFiltersProps) {
  const pathname = usePathname()
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  const go = (change: Partial<EnvironmentsView>) =>
    startTransition(() => router.replace(environmentsHref(pathname, view, change), { scroll: false }))
  const known = [...new Set([...owners, ...(view.owner ? [view.owner] : [])])].sort()
  return (
    <search aria-label="Filter environments" className="flex flex-wrap items-center gap-2">
      <SearchInput value={view.search} onChange={(search) => go({ search })} />
      <Select
        aria-label="Owner"
        className="w-44 max-sm:w-auto max-sm:flex-1"
        value={view.owner}
        onChange={(event) => go({ owner: event.target.value })}
      >
        <option value="">Any owner</option>
        {known.map((owner) => (
          <option key={owner}>{owner}</option>
        ))}
      </Select>
      <Select
        aria-label="Order"
        className="w-44 max-sm:w-auto max-sm:flex-1"
        value={view.sorting}
        onChange={(event) => go({ sorting: event.target.value as Sorting })}
      >
        {Object.entries(sortings).map(([value, { label }]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      {view.tag && (
        <ButtonLink
          href={environmentsHref(pathname, view, { tag: "" })}
          scroll={false}
          aria-label={`Tag ${view.tag}: remove this filter`}
          className="max-w-full"
        >
          <span className="truncate">Tag: {view.tag}</span>
          <X aria-hidden />
        </ButtonLink>
      )}
      {hasFilters(view) && (
        <ButtonLink href={environmentsHref(pathname, view, { search: "", owner: "", tag: "" })} variant="ghost" scroll={false}>
          Clear
        </ButtonLink>
      )}
      <span className="inline-flex w-5">{isPending && <Spinner label="Loading" />}</span>
    </search>
  )
}

function SearchInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // The address changed by other means, such as Back: show what it says.
  if (value !== known) {
    setKnown(value)
    setText(value)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setKnown(next.trim())
      onChange(next.trim())
    }, typingPauseMs)
  }
  return (
    <span className="relative w-72 max-sm:w-full">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-foreground" />
      <Input
        type="search"
        aria-label="Search environments"
        placeholder="Search by name or description"
        maxLength={200}
        className="pl-8"
        value={text}
        onChange={(event) => change(event.target.value)}
      />
    </span>
  )
}
