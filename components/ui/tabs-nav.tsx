"use client"

import { usePathname } from "next/navigation"
import { useEffect, useRef } from "react"
import { Link } from "@/components/ui/link.tsx"
import { cn } from "./cn.ts"

export interface Tab {
  href: string
  label: string
  count?: number | null
}

/** Tabs that are pages, in the bar above them: links, of which the one with the longest matching address is the current one. */
export function TabsNav({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const pathname = usePathname()
  const current = tabs
    .filter((tab) => pathname === tab.href || pathname.startsWith(`${tab.href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0]
  const nav = useRef<HTMLElement>(null)
  const currentHref = current?.href
  // Where there is no room for all of them, the current one is in the middle of those in sight.
  useEffect(() => {
    const link = currentHref && nav.current?.querySelector("[aria-current=page]")?.getBoundingClientRect()
    if (!nav.current || !link) return
    const room = nav.current.getBoundingClientRect()
    nav.current.scrollLeft += link.left + link.width / 2 - (room.left + room.width / 2)
  }, [currentHref])
  return (
    <nav ref={nav} aria-label={label} className="-mb-px min-w-0 overflow-x-auto [scrollbar-width:none]">
      <ul className="flex min-w-max gap-4">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              aria-current={tab === current ? "page" : undefined}
              className={cn(
                "inline-flex h-10 items-center gap-1.5 border-transparent border-b-2 text-muted-foreground text-sm hover:text-foreground focus-visible:outline-offset-[-2px] lg:h-12",
                tab === current && "border-foreground text-foreground",
              )}
            >
              {tab.label}
              {tab.count !== null && tab.count !== undefined && (
                <span className="tabular text-muted-foreground">{tab.count.toLocaleString("en-US")}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
