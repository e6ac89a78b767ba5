import type { ReactNode } from "react"
import { Badge } from "@/components/ui/badge.tsx"
import { Link } from "@/components/ui/link.tsx"
import { paths } from "@/lib/paths.ts"
import { MainNav } from "./main-nav.tsx"
import { MobileMenu } from "./mobile-menu.tsx"
import { SignOut } from "./sign-out.tsx"
import { ThemeSwitch } from "./theme-switch.tsx"

interface ShellProps {
  /** Null when the platform did not tell. */
  person: { name: string; slug: string | null } | null
  /** Host of the other platform that is shown, if it is not this one. */
  remoteHost: string | null
  /** Lead to everything by its name: a field for the side bar, and an icon for the bar of narrow screens. */
  goTo: { field: ReactNode; icon: ReactNode }
  /** Says beside its link how many evaluations are under way. */
  runCount: ReactNode
  children: ReactNode
}

/** Sidebar on wide screens, top bar with a menu on narrow ones, and the page between them. */
export function Shell({ person, remoteHost, goTo, runCount, children }: ShellProps) {
  return (
    <div className="lg:grid lg:grid-cols-[13rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-primary focus:px-3 focus:py-2 focus:font-medium focus:text-primary-foreground focus:text-sm"
      >
        Skip to the content
      </a>
      <header className="flex h-12 items-center justify-between gap-2 border-b pr-1 pl-4 lg:hidden print:hidden">
        <Product />
        <div className="flex min-w-0 items-center gap-1">
          {remoteHost && <RemoteBadge host={remoteHost} />}
          {goTo.icon}
          <MobileMenu runCount={runCount}>
            <Footer person={person} />
          </MobileMenu>
        </div>
      </header>
      <header className="sticky top-0 hidden h-dvh flex-col gap-3 overflow-y-auto border-r px-2.5 py-3.5 lg:flex print:hidden">
        <div className="flex h-7 items-center px-2">
          <Product />
        </div>
        {remoteHost && (
          <div className="px-2">
            <RemoteBadge host={remoteHost} />
          </div>
        )}
        {goTo.field}
        <MainNav runCount={runCount} />
        <div className="mt-auto">
          <Footer person={person} />
        </div>
      </header>
      <main id="main" tabIndex={-1} className="w-full min-w-0 px-4 pb-8 outline-none sm:px-6 print:p-0">
        {children}
      </main>
    </div>
  )
}

function Product() {
  return (
    <Link href={paths.home} className="flex items-center gap-2 rounded-sm font-semibold text-sm tracking-tight">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-4.5">
        <rect width="32" height="32" rx="7" className="fill-primary" />
        <path d="M9 8v16M23 8v16M9 16h14" strokeWidth="3.2" strokeLinecap="round" fill="none" className="stroke-primary-foreground" />
        <circle cx="16" cy="16" r="3.4" className="fill-primary-foreground" />
      </svg>
      Hosted Evals
    </Link>
  )
}

function RemoteBadge({ host }: { host: string }) {
  return (
    <Badge tone="warning" title={`This dashboard shows the platform at ${host}`} className="min-w-0 shrink">
      <span className="sr-only">Shows the platform at </span>
      <span className="truncate">{host}</span>
    </Badge>
  )
}

function Footer({ person }: { person: ShellProps["person"] }) {
  return (
    <div className="flex items-center justify-between gap-2 px-2">
      {person ? (
        <p className="min-w-0 text-xs" title={person.name}>
          <span className="sr-only">Signed in as </span>
          <span dir="auto" className="block truncate font-medium">
            {person.slug ?? person.name}
          </span>
        </p>
      ) : (
        <p className="text-muted-foreground text-xs">Not signed in</p>
      )}
      <div className="flex items-center gap-1">
        <ThemeSwitch />
        {person && <SignOut />}
      </div>
    </div>
  )
}
