import { Fragment, type ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import { Bar, BarSeparator } from "./bar.tsx"

interface PageHeaderProps {
  title: ReactNode
  /** Pages above this one, outermost first. */
  above?: readonly { href: string; label: string }[]
  /** The pages of what is shown. */
  tabs?: ReactNode
  /** Buttons at the right. */
  actions?: ReactNode
}

const spared = "lg:max-[85rem]:hidden"

/** Where one is, the page's name, its parts, and what can be done with it: one line that stays in view. */
export function PageHeader({ title, above = [], tabs, actions }: PageHeaderProps) {
  // The side bar shows the outermost, too; where a window is narrow the tabs need its place.
  const isSpared = (index: number) => Boolean(tabs) && above.length > 1 && index === 0
  return (
    <Bar tabs={tabs} actions={actions}>
      {above.length > 0 && (
        // Where a phone has no room for two of them beside a button, the name says more than their beginnings.
        <nav aria-label="Breadcrumb" className={cn("min-w-0 shrink", actions && above.length > 1 && "max-sm:hidden")}>
          <ol className="flex min-w-0 items-center gap-2.5 text-muted-foreground">
            {above.map(({ href, label }, i) => (
              <Fragment key={href}>
                <li className={cn("min-w-0", isSpared(i) && spared)}>
                  <Link href={href} className="block truncate rounded-sm hover:text-foreground">
                    <bdi>{label}</bdi>
                  </Link>
                </li>
                <li aria-hidden="true" className={cn(isSpared(i) && spared)}>
                  <BarSeparator />
                </li>
              </Fragment>
            ))}
          </ol>
        </nav>
      )}
      <h1 className="min-w-0 truncate font-semibold" title={typeof title === "string" ? title : undefined}>
        <bdi>{title}</bdi>
      </h1>
    </Bar>
  )
}
