import { ChevronRight } from "lucide-react"
import { Fragment, type ReactNode } from "react"
import { Link } from "@/components/ui/link.tsx"

interface PageHeaderProps {
  title: ReactNode
  /** Pages above this one, outermost first. */
  above?: readonly { href: string; label: string }[]
  children?: ReactNode
  /** Buttons at the right. */
  actions?: ReactNode
}

/** Where one is, the page's name, and what can be done with it. */
export function PageHeader({ title, above = [], children, actions }: PageHeaderProps) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-80">
        {above.length > 0 && (
          <nav aria-label="Breadcrumb" className="mb-0.5">
            <ol className="flex flex-wrap items-center gap-1 text-muted-foreground text-xs">
              {above.map(({ href, label }, i) => (
                <Fragment key={href}>
                  {i > 0 && (
                    <li aria-hidden="true">
                      <ChevronRight className="size-3" />
                    </li>
                  )}
                  <li className="min-w-0">
                    <Link href={href} className="break-anywhere rounded-sm hover:text-foreground hover:underline">
                      <bdi>{label}</bdi>
                    </Link>
                  </li>
                </Fragment>
              ))}
            </ol>
          </nav>
        )}
        <h1 className="break-anywhere font-semibold text-xl tracking-tight">
          <bdi>{title}</bdi>
        </h1>
        {children}
      </div>
      {actions && <div className="flex max-w-full shrink-0 flex-wrap items-center gap-2">{actions}</div>}
    </div>
  )
}
