"use client"

import { Search } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Input } from "./input.tsx"

const typingPauseMs = 150

interface SearchInputProps {
  value: string
  /** Called when typing pauses. */
  onChange: (value: string) => void
  label: string
  placeholder: string
  className?: string
}

/** A search field whose value lives in the address. The `/` key comes here. */
export function SearchInput({ value, onChange, label, placeholder, className }: SearchInputProps) {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // The address changed by other means, such as Back: show what it says.
  if (value !== known) {
    setKnown(value)
    if (value !== text.trim()) setText(value)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onChange(next.trim()), typingPauseMs)
  }
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
