"use client"

import { usePathname } from "next/navigation"
import { Link } from "@/components/ui/link.tsx"
import { cn } from "./cn.ts"

export interface Tab {
  href: string
  label: string
  count?: number | null
}

/** Tabs that are pages: links, of which the one with the longest matching address is the current one. */
export function TabsNav({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const pathname = usePathname()
  const current = tabs
    .filter((tab) => pathname === tab.href || pathname.startsWith(`${tab.href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0]
  return (
    <nav aria-label={label} className="overflow-x-auto border-b [scrollbar-width:none]">
      <ul className="flex min-w-max gap-1">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              aria-current={tab === current ? "page" : undefined}
              className={cn(
                "-mb-px relative inline-flex h-9 items-center gap-1.5 border-transparent border-b-2 px-2.5 text-muted-foreground text-sm hover:text-foreground focus-visible:outline-offset-[-2px]",
                tab === current && "border-primary font-medium text-foreground",
              )}
            >
              {tab.label}
              {tab.count !== null && tab.count !== undefined && (
                <span className="tabular rounded-sm bg-muted px-1 text-muted-foreground text-xs">{tab.count.toLocaleString("en-US")}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
