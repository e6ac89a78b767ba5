"use client"

import { Boxes, ChartColumn, Cpu, House, ListChecks, Search, Settings } from "lucide-react"
import { usePathname } from "next/navigation"
import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import { paths } from "@/lib/paths.ts"

const places = [
  { href: paths.home, label: "Home", Icon: House },
  { href: paths.environments, label: "Environments", Icon: Boxes },
  { href: paths.evaluations, label: "Evaluations", Icon: ListChecks },
  { href: paths.search, label: "Search", Icon: Search },
  { href: paths.models, label: "Models", Icon: Cpu },
  { href: paths.usage, label: "Usage", Icon: ChartColumn },
  { href: paths.settings, label: "Settings", Icon: Settings },
]

interface MainNavProps {
  /** Stands at the end of the link to the evaluations. */
  runCount: ReactNode
  onNavigate?: () => void
}

export function MainNav({ runCount, onNavigate }: MainNavProps) {
  const pathname = usePathname()
  return (
    <nav aria-label="Main">
      <ul className="flex flex-col gap-0.5">
        {places.map(({ href, label, Icon }) => {
          const isHere = pathname === href || (href !== paths.home && pathname.startsWith(`${href}/`))
          return (
            <li key={href}>
              <Link
                href={href}
                onClick={onNavigate}
                aria-current={pathname === href ? "page" : isHere ? "true" : undefined}
                className={cn(
                  "flex h-7.5 items-center gap-2 rounded-md px-2 text-muted-foreground text-sm hover:bg-muted hover:text-foreground max-lg:h-10",
                  isHere && "bg-muted font-medium text-foreground",
                )}
              >
                <Icon aria-hidden className="size-4" />
                {label}
                {href === paths.evaluations && runCount}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
