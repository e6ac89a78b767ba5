"use client"

import { useEffect, useEffectEvent, useRef, useState } from "react"
import { type UseFormReturn, useForm, useWatch } from "react-hook-form"
import { sameJson } from "@/lib/json-text.ts"
import { type LaunchValues, launchResolver } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { emptyValues, restoreValues, withoutSecretValues } from "./launch-values.ts"

export interface LaunchFormState {
  form: UseFormReturn<LaunchValues>
  /** The values of an earlier visit in this tab were restored. */
  isRestored: boolean
  /** Counts fresh starts: after the first, the form is not filled in from the earlier run any more. */
  generation: number
  startOver: () => void
  /** Replaces the entered values. */
  replace: (values: LaunchValues) => void
  /** The run is being started: nothing is to be restored next time. */
  forget: () => void
  /** The launch was refused: the entered values are kept after all. */
  keep: () => void
}

/** The state of the launch form. It outlives its steps, and reloads in this tab, without the values of secrets. */
export function useLaunchForm(target: LaunchTarget, earlier: LaunchValues | null): LaunchFormState {
  const [start] = useState(() => earlier ?? emptyValues(target))
  const [isRestored, setIsRestored] = useState(false)
  const [generation, setGeneration] = useState(0)
  const storageKey = `launch ${target.id}`
  const form = useForm<LaunchValues>({
    defaultValues: start,
    resolver: launchResolver(target),
    mode: "onTouched",
    shouldFocusError: false,
  })

  const restore = useEffectEvent(() => {
    const restored = earlier ? null : restoreValues(read(storageKey), target)
    if (!restored) return
    form.reset(restored)
    setIsRestored(true)
  })
  // Only the browser has the stored values, so they are restored once, after the first rendering.
  useEffect(() => restore(), [])

  const values = useWatch({ control: form.control }) as LaunchValues
  const kept = useRef(start)
  useEffect(() => {
    if (sameJson(values, kept.current)) return
    kept.current = values
    const isFresh = sameJson(values, start) || sameJson(values, emptyValues(target))
    write(storageKey, isFresh ? null : values)
  }, [values, start, storageKey, target])

  const replace = (values: LaunchValues) => {
    form.reset(values)
    setIsRestored(false)
    setGeneration((count) => count + 1)
  }
  return {
    form,
    isRestored,
    generation,
    replace,
    startOver: () => replace(emptyValues(target)),
    forget: () => write(storageKey, null),
    keep: () => write(storageKey, form.getValues()),
  }
}

function read(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null")
  } catch {
    return null
  }
}

function write(key: string, values: LaunchValues | null): void {
  try {
    if (values) sessionStorage.setItem(key, JSON.stringify(withoutSecretValues(values)))
    else sessionStorage.removeItem(key)
  } catch {
    // Storage may be full or forbidden; then a reload starts with a fresh form.
  }
}
