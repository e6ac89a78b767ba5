import { LoaderCircle } from "lucide-react"
import { cn } from "./cn.ts"

/** A turning circle. With a label it is announced; without one it is decoration. */
export function Spinner({ label, className }: { label?: string; className?: string }) {
  return (
    <span {...(label ? { role: "status" } : { "aria-hidden": true })} className="inline-flex">
      <LoaderCircle aria-hidden className={cn("size-4 animate-spin motion-reduce:animate-none", className)} />
      {label && <span className="sr-only">{label}</span>}
    </span>
  )
}
