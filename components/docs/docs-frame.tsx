import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { paths } from "@/lib/paths.ts"

interface DocsFrameProps {
  pages: readonly { id: string; title: string }[]
  current: string
  children: ReactNode
}

/** The documentation around a page: plain links and text, so that it needs neither an account nor a script. */
export function DocsFrame({ pages, current, children }: DocsFrameProps) {
  return (
    <div className="mx-auto flex min-h-dvh max-w-6xl flex-col px-4 sm:px-6">
      <header className="flex h-12 items-center justify-between gap-4 border-b">
        <a href={paths.docs} className="rounded-sm font-semibold">
          Hosted Evals
        </a>
        <a href={paths.home} className="rounded-sm text-muted-foreground text-sm hover:text-foreground">
          To the dashboard
        </a>
      </header>
      <div className="grid min-w-0 flex-1 grid-cols-1 items-start gap-x-10 gap-y-4 py-6 lg:grid-cols-[12rem_minmax(0,1fr)]">
        <nav aria-label="Documentation" className="lg:sticky lg:top-6">
          <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm lg:flex-col">
            {pages.map(({ id, title }) => (
              <li key={id}>
                <a
                  href={paths.guide(id)}
                  aria-current={id === current ? "page" : undefined}
                  className={cn("rounded-sm text-muted-foreground hover:text-foreground", id === current && "font-medium text-foreground")}
                >
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main" className="min-w-0">
          {children}
        </main>
      </div>
    </div>
  )
}
