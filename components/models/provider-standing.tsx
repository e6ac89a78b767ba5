import { cn } from "@/components/ui/cn.ts"
import { Spinner } from "@/components/ui/spinner.tsx"

interface ProviderStandingProps {
  models: number
  /** Why its models could not be read; of one that is starting, what it waits for. */
  error: string | null
  isStarting: boolean
  isOn?: boolean
  className?: string
}

/** How a provider is: how many models it has, or why none. One that is starting is no fault, and turns. */
export function ProviderStanding({ models, error, isStarting, isOn = true, className }: ProviderStandingProps) {
  const isFaulty = isOn && error !== null && !isStarting
  return (
    <span
      className={cn(
        "min-w-0 text-xs",
        isFaulty ? "break-anywhere text-danger" : "text-muted-foreground",
        isStarting && "flex items-center gap-1.5",
        className,
      )}
    >
      {isStarting && <Spinner className="size-3.5" />}
      {!isOn ? "off" : (error ?? (models === 1 ? "1 model" : `${models} models`))}
    </span>
  )
}
