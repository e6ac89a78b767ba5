import { CircleAlert } from "lucide-react"
import { type ReactNode, useId } from "react"
import { cn } from "@/components/ui/cn.ts"

/** What a control inside a Field must spread onto itself. */
export interface FieldControl {
  id: string
  "aria-describedby": string | undefined
  "aria-invalid": true | undefined
  required?: boolean
}

interface FieldProps {
  label: ReactNode
  /** Rules and units, readable before anything is typed. */
  hint?: ReactNode
  error?: string | null | undefined
  /** Fixed id of the control, so that an error list can point at it. */
  id?: string
  /** Small text beside the label, such as "optional". */
  note?: ReactNode
  className?: string
  children: (control: FieldControl) => ReactNode
}

/** Label, control, hint and error, tied together for screen readers. */
export function Field({ label, hint, error, id, note, className, children }: FieldProps) {
  const generated = useId()
  const controlId = id ?? generated
  const hintId = `${controlId}-hint`
  const errorId = `${controlId}-error`
  const described = [error ? errorId : null, hint ? hintId : null].filter(Boolean).join(" ")
  return (
    <div className={cn("flex min-w-0 flex-col gap-1", className)}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-2">
        <label htmlFor={controlId} className="break-anywhere max-w-full font-medium text-sm">
          {label}
        </label>
        {note && <span className="min-w-0 max-w-full truncate text-muted-foreground text-xs">{note}</span>}
      </div>
      {children({ id: controlId, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {error && <FieldError id={errorId}>{error}</FieldError>}
      {hint && (
        <p id={hintId} className="text-muted-foreground text-xs">
          {hint}
        </p>
      )}
    </div>
  )
}

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} className="break-anywhere flex items-start gap-1 text-danger text-xs">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      <span className="min-w-0 whitespace-pre-line">{children}</span>
    </p>
  )
}
