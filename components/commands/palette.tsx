"use client"

import { Autocomplete } from "@base-ui/react/autocomplete"
import { Dialog } from "@base-ui/react/dialog"
import { usePathname, useRouter } from "next/navigation"
import { useTheme } from "next-themes"
import { useState } from "react"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { paths } from "@/lib/paths.ts"
import { type Command, type CommandGroup, launchAddress, matching, pages } from "./commands.ts"
import { useFound } from "./use-found.ts"

interface PaletteProps {
  open: boolean
  onOpenChange: (isOpen: boolean) => void
}

/** Goes to environments, evaluations and pages by their names, and does what is needed anywhere. */
export function Palette({ open, onOpenChange }: PaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Popup
          aria-label="Go to"
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70dvh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-lg border bg-card text-foreground shadow-raised outline-none"
        >
          <Choices onDone={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Choices({ onDone }: { onDone: () => void }) {
  const router = useRouter()
  const [text, setText] = useState("")
  const actions = useActions()
  const { environments, runs, isPending, failed } = useFound(text)
  const groups: CommandGroup[] = [
    { label: "Evaluations", items: runs },
    { label: "Environments", items: environments },
    { label: "Actions", items: matching(actions, text) },
    { label: "Pages", items: matching(pages, text) },
  ].filter(({ items }) => items.length > 0)
  const pick = ({ href, run }: Command) => {
    onDone()
    if (href) router.push(href)
    else run?.()
  }
  return (
    <Autocomplete.Root
      open
      inline
      items={text.trim() === "" ? groups.toReversed() : groups}
      filter={null}
      value={text}
      onValueChange={(value, { reason }) => {
        // A choice is followed, not written into the field.
        if (reason !== "item-press") setText(value)
      }}
      itemToStringValue={(item: Command) => item.label}
      autoHighlight="always"
      keepHighlight
    >
      <Autocomplete.Input
        aria-label="Go to"
        placeholder="Environment, evaluation, page or action"
        className="h-12 shrink-0 border-b bg-transparent px-4 text-base outline-none placeholder:text-muted-foreground pointer-coarse:text-lg"
      />
      <Autocomplete.Status className="sr-only">{isPending ? "Searching" : ""}</Autocomplete.Status>
      {failed && <p className="px-4 py-2 text-danger text-sm">Names could not be searched: {failed.message}</p>}
      <Autocomplete.Empty>
        {!isPending && <p className="px-4 py-6 text-center text-muted-foreground text-sm">Nothing is called that.</p>}
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 overflow-y-auto overscroll-contain p-1.5 empty:hidden">
        {(group: CommandGroup) => (
          <Autocomplete.Group key={group.label} items={group.items as Command[]}>
            <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs text-muted-foreground">{group.label}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: Command) => (
                <Autocomplete.Item
                  key={item.id}
                  value={item}
                  onClick={() => pick(item)}
                  className="flex min-h-9 cursor-pointer items-center justify-between gap-3 rounded-md px-2.5 text-sm outline-none data-highlighted:bg-muted"
                >
                  <span dir="auto" className="truncate">
                    {item.label}
                  </span>
                  {item.note && <span className="shrink-0 text-2xs text-muted-foreground">{item.note}</span>}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}

/** The ids of the rows that are chosen in the list below, which says so itself. */
const chosenRuns = (): string[] =>
  [...document.querySelectorAll<HTMLElement>("[data-run][data-selected]")].flatMap(({ dataset }) => dataset.run ?? [])

function useActions(): Command[] {
  const pathname = usePathname()
  const { resolvedTheme, setTheme } = useTheme()
  const toast = useToast()
  const [chosen] = useState(chosenRuns)
  return [
    ...(chosen.length > 1 ? [{ id: "compare", label: `Compare ${chosen.length} selected`, href: paths.compare(chosen) }] : []),
    { id: "launch", label: "New evaluation", also: "run launch start", href: launchAddress(pathname) },
    {
      id: "theme",
      label: resolvedTheme === "dark" ? "Light theme" : "Dark theme",
      also: "toggle colour appearance",
      run: () => setTheme(resolvedTheme === "dark" ? "light" : "dark"),
    },
    {
      id: "copy",
      label: "Copy link to this page",
      also: "address url share",
      run: () =>
        void navigator.clipboard.writeText(window.location.href).then(
          () => toast({ title: "The link was copied", tone: "success" }),
          () => toast({ title: "The browser did not allow to copy", tone: "danger" }),
        ),
    },
  ]
}
