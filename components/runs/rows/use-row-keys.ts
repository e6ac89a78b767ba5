import type { KeyboardEvent } from "react"
import { useShortcuts } from "@/components/ui/keyboard/use-shortcuts.ts"

interface RowKeys {
  onSelect: (id: string) => void
  onCompare: () => void
}

const links = () => [...document.querySelectorAll<HTMLAnchorElement>("[data-run] a[data-row-link]")]

/** Moves the focus from the link of one row to that of another; the first or last one when none has it. */
function move(by: 1 | -1): void {
  const all = links()
  const at = all.findIndex((link) => link.closest("tr")?.contains(document.activeElement))
  all[at < 0 ? (by === 1 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]?.focus()
}

const toNext = () => move(1)
const toPrevious = () => move(-1)

/**
 * Keys of the list: ↑ and ↓ move the focus from row to row, x chooses the row that has it, c compares. Enter follows the row's link by
 * itself.
 * @returns what the table listens to: arrows inside it are its own
 */
export function useRowKeys({ onSelect, onCompare }: RowKeys) {
  useShortcuts({
    ArrowDown: toNext,
    ArrowUp: toPrevious,
    c: onCompare,
    x: () => {
      const id = document.activeElement?.closest<HTMLElement>("[data-run]")?.dataset.run
      if (id) onSelect(id)
    },
  })
  return (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return
    event.preventDefault()
    if (event.key === "ArrowDown") toNext()
    else toPrevious()
  }
}
