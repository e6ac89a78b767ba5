"use client"

import { Input } from "./input.tsx"
import { useTypedText } from "./use-typed-text.ts"

interface NumberInputProps {
  /** The number as text; empty for none. */
  value: string
  /** Called with text that reads as a number, or is empty, when typing pauses. */
  onChange: (value: string) => void
  /** Called with the same at each key. */
  onMean?: ((value: string) => void) | undefined
  label: string
  placeholder: string
}

const readNumber = (text: string) => (text === "" || Number.isFinite(Number(text)) ? text : undefined)

/** A number whose value lives in the address. */
export function NumberInput({ value, onChange, onMean, label, placeholder }: NumberInputProps) {
  const { text, change } = useTypedText(value, onChange, readNumber, onMean)
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
