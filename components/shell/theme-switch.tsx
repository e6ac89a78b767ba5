"use client"

import { Monitor, Moon, Sun } from "lucide-react"
import { useTheme } from "next-themes"
import { useId, useSyncExternalStore } from "react"

const themes = [
  { value: "light", label: "Light", Icon: Sun },
  { value: "dark", label: "Dark", Icon: Moon },
  { value: "system", label: "System", Icon: Monitor },
]

const never = () => () => {}

/** Only the browser knows the chosen theme, so that nothing is marked until it is asked. */
const useIsBrowser = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )

export function ThemeSwitch() {
  const { theme, setTheme } = useTheme()
  const isBrowser = useIsBrowser()
  const name = useId()
  return (
    <fieldset className="inline-flex w-fit rounded-md border bg-card p-0.5">
      <legend className="sr-only">Colour theme</legend>
      {themes.map(({ value, label, Icon }) => (
        <label
          key={value}
          title={label}
          className="inline-flex h-6 w-7 items-center justify-center rounded-sm text-muted-foreground hover:text-foreground has-checked:bg-muted has-checked:text-foreground has-focus-visible:outline-2 has-focus-visible:outline-ring"
        >
          <input
            type="radio"
            name={name}
            value={value}
            checked={isBrowser && theme === value}
            onChange={() => setTheme(value)}
            className="sr-only"
          />
          <Icon aria-hidden className="size-3.5" />
          <span className="sr-only">{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
