import type { ComponentProps, ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"

interface SwitchProps extends Omit<ComponentProps<"input">, "type" | "role" | "id"> {
  id: string
  label: ReactNode
  description?: ReactNode
}

/** On or off, with its sentence. A native checkbox underneath, so that forms and keyboards work. */
export function Switch({ id, label, description, className, ...rest }: SwitchProps) {
  return (
    <div className={cn("flex min-w-0 items-start gap-3", className)}>
      <span className="relative mt-0.5 inline-flex h-4 w-7 shrink-0">
        <input
          id={id}
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: the browser tells whether a checkbox is checked
          role="switch"
          className="peer h-4 w-7 cursor-pointer appearance-none rounded-full border border-input bg-muted transition-colors checked:border-primary checked:bg-primary disabled:cursor-not-allowed disabled:opacity-60 forced-colors:appearance-auto"
          {...(description ? { "aria-describedby": `${id}-description` } : {})}
          {...rest}
        />
        <span
          aria-hidden
          className="pointer-events-none absolute top-[3px] left-[3px] size-2.5 rounded-full bg-muted-foreground transition-transform peer-checked:translate-x-3 peer-checked:bg-primary-foreground forced-colors:hidden"
        />
      </span>
      <span className="flex min-w-0 flex-col">
        <label htmlFor={id} className="break-anywhere cursor-pointer font-medium text-sm">
          {label}
        </label>
        {description && (
          <span id={`${id}-description`} className="text-muted-foreground text-xs">
            {description}
          </span>
        )}
      </span>
    </div>
  )
}
