"use client"

import { Search } from "lucide-react"
import { cn } from "@/components/ui/cn.ts"
import { Input } from "./input.tsx"
import { useTypedText } from "./use-typed-text.ts"

interface SearchInputProps {
  value: string
  /** Called when typing pauses. */
  onChange: (value: string) => void
  label: string
  placeholder: string
  className?: string
}

const readSearch = (text: string) => text.trim()

/** A search field whose value lives in the address. The `/` key comes here. */
export function SearchInput({ value, onChange, label, placeholder, className }: SearchInputProps) {
  const { text, change } = useTypedText(value, onChange, readSearch)
  return (
    <span className={cn("relative w-64 max-sm:w-full", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-foreground" />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        maxLength={200}
        value={text}
        onChange={(event) => change(event.target.value)}
        className="pl-8"
        data-shortcut="search"
      />
    </span>
  )
}
