import type { ReactNode } from "react"

interface FactGroupProps {
  title: string
  open?: boolean
  onToggle?: (isOpen: boolean) => void
  children: ReactNode
}

/** A part of the side column that can be closed. */
export function FactGroup({ title, open = false, onToggle, children }: FactGroupProps) {
  return (
    <details
      open={open}
      className="group/facts min-w-0 border-t pt-2"
      {...(onToggle && { onToggle: (event) => onToggle(event.currentTarget.open) })}
    >
      <summary className="flex list-none items-center gap-1.5 text-2xs text-muted-foreground hover:text-foreground max-lg:min-h-8 [&::-webkit-details-marker]:hidden">
        <span aria-hidden className="transition-transform group-open/facts:rotate-90">
          ▸
        </span>
        {title}
      </summary>
      <div className="mt-2 flex min-w-0 flex-col gap-3 pb-1">{children}</div>
    </details>
  )
}
