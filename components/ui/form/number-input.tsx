"use client"

import { useEffect, useRef, useState } from "react"
import { Input } from "./input.tsx"

const typingPauseMs = 200

interface NumberInputProps {
  /** The number as text; empty for none. */
  value: string
  /** Called with text that reads as a number, or is empty, when typing pauses. */
  onChange: (value: string) => void
  label: string
  placeholder: string
}

/** A number whose value lives in the address. */
export function NumberInput({ value, onChange, label, placeholder }: NumberInputProps) {
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
    if (next !== "" && !Number.isFinite(Number(next))) return
    timer.current = setTimeout(() => onChange(next), typingPauseMs)
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
