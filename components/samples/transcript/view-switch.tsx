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
        "inline-flex h-7 items-center rounded-[5px] px-2.5 text-sm",
        view.formatted === isFormatted ? "bg-card font-medium shadow-sm" : "text-muted-foreground hover:text-foreground",
      )}
    >
      {label}
    </Link>
  )
  return (
    <nav aria-label="How answers are shown" className="inline-flex self-start rounded-md bg-muted p-0.5">
      {option("Formatted", true)}
      {option("Plain", false)}
    </nav>
  )
}
