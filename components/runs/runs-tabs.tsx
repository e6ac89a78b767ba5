"use client"

import { X } from "lucide-react"
import { usePathname, useRouter } from "next/navigation"
import { lazy, Suspense, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { SavedView } from "@/contract/index.ts"
import { useWrite } from "@/lib/use-write.ts"
import { type RunsSearch, runsSearch, runsTabs } from "./runs-search.ts"
import { deleteView } from "./write-actions.ts"

// Of no use before something is pressed.
const SaveViewDialog = lazy(() => import("./save-view-dialog.tsx").then(({ SaveViewDialog }) => ({ default: SaveViewDialog })))

const labels = { mine: "Mine", starred: "Starred", archived: "Archived" }

interface RunsTabsProps {
  state: RunsSearch
  /** The views that were saved. Null where the list is a part of another page. */
  views: readonly SavedView[] | null
}

/** Parts of the list and saved views of it, as links; and what saves the present one. */
export function RunsTabs({ state, views }: RunsTabsProps) {
  const pathname = usePathname()
  const router = useRouter()
  const toast = useToast()
  const { run: write, isPending } = useWrite()
  const [isSaving, setIsSaving] = useState(false)
  const here = runsSearch.href(pathname, state, {})
  const tabs = [
    { key: "all", label: "All", href: pathname },
    ...runsTabs.map((tab) => ({ key: tab, label: labels[tab], href: `${pathname}?tab=${tab}` })),
    // Written anew, so that it is the same address for the same state.
    ...(views ?? []).map(({ id, name, query }) => ({
      key: id,
      label: name,
      href: runsSearch.href(pathname, runsSearch.load(new URLSearchParams(query)), {}),
    })),
  ]
  const current = tabs.findLast(({ href }) => href === here) ?? tabs.find(({ key }) => key === (state.tab ?? "all"))
  const view = views?.find(({ id }) => id === current?.key)
  const remove = ({ id, name }: SavedView) =>
    write(
      () => deleteView(id),
      () => {
        toast({ title: `The view ${name} was deleted` })
        router.push(pathname)
        router.refresh()
      },
    )
  return (
    <div className="flex min-w-0 items-center gap-2">
      <nav aria-label="Views" className="-mb-px min-w-0 overflow-x-auto [scrollbar-width:none]">
        <ul className="flex min-w-max gap-4">
          {tabs.map((tab) => (
            <li key={tab.key}>
              <Link
                href={tab.href}
                prefetch={false}
                aria-current={tab === current ? "page" : undefined}
                className={cn(
                  "flex h-9 items-center border-transparent border-b-2 text-muted-foreground text-sm hover:text-foreground focus-visible:outline-offset-[-2px]",
                  tab === current && "border-foreground text-foreground",
                )}
              >
                <bdi className="max-w-48 truncate">{tab.label}</bdi>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {view && (
        <Button
          variant="ghost"
          size="sm"
          icon
          pending={isPending}
          aria-label={`Delete the view ${view.name}`}
          title="Delete this view"
          className="text-muted-foreground"
          onClick={() => remove(view)}
        >
          <X aria-hidden />
        </Button>
      )}
      {views && here !== current?.href && (
        <Button variant="ghost" size="sm" className="text-muted-foreground" onClick={() => setIsSaving(true)}>
          Save view
        </Button>
      )}
      {isSaving && (
        <Suspense>
          <SaveViewDialog
            query={here.split("?")[1] ?? ""}
            names={(views ?? []).map(({ name }) => name)}
            onClose={() => setIsSaving(false)}
          />
        </Suspense>
      )}
    </div>
  )
}
