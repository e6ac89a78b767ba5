"use client"

import { ChevronDown } from "lucide-react"
import { type RefObject, useEffect, useRef } from "react"
import { Checkbox } from "./checkbox.tsx"

interface MultiSelectProps {
  label: string
  /** Values and their words, in the order shown. */
  options: Readonly<Record<string, string>>
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  /** What is read when nothing is chosen. */
  any: string
  /** What is read when more than one is chosen. */
  some: (count: number) => string
}

/** A drop-down of checkboxes. */
export function MultiSelect({ label, options, chosen, onChange, any, some }: MultiSelectProps) {
  const details = useRef<HTMLDetailsElement>(null)
  useCloseOutside(details)
  const text = chosen.length === 0 ? any : chosen.length === 1 ? options[chosen[0] as string] : some(chosen.length)
  return (
    <details ref={details} className="relative max-sm:min-w-28 max-sm:flex-1">
      <summary className="flex h-8 w-36 list-none items-center justify-between gap-2 rounded-md border border-input bg-card px-2.5 text-sm max-lg:h-9 max-sm:w-full [&::-webkit-details-marker]:hidden">
        <span>
          <span className="sr-only">{label}: </span>
          {text}
        </span>
        <ChevronDown aria-hidden className="size-4 text-muted-foreground" />
      </summary>
      <fieldset className="absolute top-full left-0 z-20 mt-1 flex w-44 flex-col gap-2 rounded-md border bg-card p-3 shadow-raised">
        <legend className="sr-only">{label}</legend>
        {Object.entries(options).map(([value, words]) => (
          <Checkbox
            key={value}
            label={words}
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChange(Object.keys(options).filter((one) => (one === value ? event.target.checked : chosen.includes(one))))
            }
          />
        ))}
      </fieldset>
    </details>
  )
}

/** Closes the drop-down on Escape and on a press anywhere else. */
function useCloseOutside(details: RefObject<HTMLDetailsElement | null>): void {
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
  }, [details])
}
