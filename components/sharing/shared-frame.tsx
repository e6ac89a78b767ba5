import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import type { SharedRun } from "@/contract/index.ts"
import { formatInstant } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

export type SharedPart = "result" | "samples" | "logs"

interface SharedFrameProps {
  token: string
  run: SharedRun
  part: SharedPart
  children: ReactNode
}

/** A page that opens without an account: plain links and text, so that it needs no script. */
export function SharedFrame({ token, run, part, children }: SharedFrameProps) {
  const parts = [
    { id: "result", label: "Result", href: paths.shared(token), isShown: true },
    { id: "samples", label: "Samples", href: paths.sharedSamples(token), isShown: run.scope.samples },
    { id: "logs", label: "Log", href: paths.sharedLogs(token), isShown: run.scope.logs },
  ].filter(({ isShown }) => isShown)
  return (
    <div className="mx-auto flex min-h-dvh max-w-5xl flex-col px-4 sm:px-6">
      <header className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b pt-3 lg:h-12 lg:pt-0">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3">
          <h1 className="break-anywhere min-w-0 font-semibold">
            <bdi>{run.environment ?? run.name}</bdi>
          </h1>
          {run.model && <bdi className="break-anywhere font-mono text-muted-foreground text-xs">{run.model}</bdi>}
        </div>
        {parts.length > 1 && (
          <nav aria-label="Parts of the evaluation" className="self-stretch">
            <ul className="flex h-full gap-5 text-sm">
              {parts.map(({ id, label, href }) => (
                <li key={id} className="flex">
                  <a
                    href={href}
                    aria-current={id === part ? "page" : undefined}
                    className={cn(
                      "flex items-center border-transparent border-b-2 py-2 text-muted-foreground hover:text-foreground lg:py-0",
                      id === part && "border-foreground text-foreground",
                    )}
                  >
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </header>
      <main id="main" className="flex min-w-0 flex-1 flex-col gap-7 py-7">
        {children}
      </main>
      <footer className="flex flex-wrap gap-x-4 gap-y-1 border-t py-4 text-2xs text-muted-foreground">
        <span className="break-anywhere">
          Shared run <bdi>{run.name}</bdi>, started {formatInstant(run.created_at)}
        </span>
        <span>{run.expires_at ? `This link ends ${formatInstant(run.expires_at)}` : "This link has no end date"}</span>
        <span className="ml-auto">Hosted Evals</span>
      </footer>
    </div>
  )
}
