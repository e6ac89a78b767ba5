import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import type { TextView } from "./text-view.ts"

/** Whether answers are shown as Markdown or as they were written. */
export function ViewSwitch({ view }: { view: TextView }) {
  const option = (label: string, isFormatted: boolean) => (
    <Link
      href={view.hrefOfView(isFormatted)}
      scroll={false}
      replace
      aria-current={view.formatted === isFormatted ? "true" : undefined}
      className={cn(
        "text-2xs",
        view.formatted === isFormatted ? "text-foreground underline underline-offset-4" : "text-muted-foreground hover:text-foreground",
      )}
    >
      {label}
    </Link>
  )
  return (
    <nav aria-label="How answers are shown" className="mb-2 flex justify-end gap-3">
      {option("Formatted", true)}
      {option("Plain", false)}
    </nav>
  )
}
