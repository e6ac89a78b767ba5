"use client"

import { X } from "lucide-react"
import { usePathname } from "next/navigation"
import { useQueryStates } from "nuqs"
import { useTransition } from "react"
import { ButtonLink } from "@/components/ui/button.tsx"
import { focusSearch, useShortcuts } from "@/components/ui/keyboard/use-shortcuts.ts"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { AnyListSearch } from "@/lib/list-search.ts"
import { Filter, type FilterOptions } from "./filter.tsx"

interface FilterBarProps {
  label: string
  search: AnyListSearch
  /** Values and their words for the filters whose definition does not list them; without them the filter is not shown. */
  options?: Readonly<Record<string, FilterOptions>>
  /** Whether the list reads the address by itself, so that a change asks the server for no page. */
  isShallow?: boolean
  /** Whether such a list waits for what was asked. */
  isWaiting?: boolean
  /** Called with the state that a number leads to while it is being typed, so that such a list may ask before typing pauses. */
  onMean?: (state: Record<string, unknown>) => void
}

/** The filters of a list, rendered from its definition. They live in the address; the controls only write it. */
export function FilterBar({ label, search, options = {}, isShallow = false, isWaiting = false, onMean }: FilterBarProps) {
  const pathname = usePathname()
  const [isPending, startTransition] = useTransition()
  const [state, setState] = useQueryStates(search.parsers, {
    scroll: false,
    ...(isShallow ? { shallow: true } : { shallow: false, startTransition }),
  })
  useShortcuts({ "/": focusSearch })
  return (
    <div role="search" aria-label={label} className="flex min-w-0 flex-wrap items-center gap-2">
      {Object.entries(search.filters).map(([name, control]) => {
        const parser = search.parsers[name]
        if (!control || !parser) return null
        const withOptions = control.kind === "one" ? { ...control, options: control.options ?? options[name] } : control
        if (withOptions.kind === "one" && !withOptions.options) return null
        return (
          <Filter
            key={name}
            control={withOptions}
            parser={parser}
            value={state[name]}
            onChange={(value) => void setState({ ...search.dropped, [name]: value })}
            onMean={onMean && ((value) => onMean({ ...state, ...search.dropped, [name]: value }))}
            removeHref={search.href(pathname, state, { [name]: null })}
          />
        )
      })}
      {search.hasFilters(state) && (
        <ButtonLink href={search.href(pathname, state, search.cleared)} variant="ghost" scroll={false} prefetch={false}>
          <X aria-hidden />
          Clear
        </ButtonLink>
      )}
      {/* Takes no room, so that the bar ends where its last control does. */}
      <span className="-mr-6 inline-flex w-4 max-sm:absolute">{(isPending || isWaiting) && <Spinner label="Loading" />}</span>
    </div>
  )
}
