import type { ComponentProps, ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"

interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  /** Without a label give an aria-label. */
  label?: ReactNode
  description?: ReactNode
}

export function Checkbox({ label, description, className, id, ...rest }: CheckboxProps) {
  const descriptionId = description && id ? `${id}-description` : undefined
  const box = (
    <input
      type="checkbox"
      id={id}
      className={cn("size-4 shrink-0 rounded-sm accent-primary", !label && className)}
      {...(descriptionId ? { "aria-describedby": descriptionId } : {})}
      {...rest}
    />
  )
  if (!label) return box
  return (
    <span className={cn("flex min-w-0 flex-col", className)}>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is the box inside */}
      <label className="flex min-w-0 items-start gap-2 text-sm">
        <span className="flex h-5 items-center">{box}</span>
        <span className="break-anywhere">{label}</span>
      </label>
      {description && (
        <span id={descriptionId} className="pl-6 text-muted-foreground text-xs">
          {description}
        </span>
      )}
    </span>
  )
}
