import type { MouseEvent } from "react"

const interactive = "a, button, input, select, label, summary, [role='tooltip']"

/**
 * Makes a whole table row follow its main link, which carries `data-row-link`: with the same modifier keys, so that
 * ⌘-click and middle click open a tab. Keyboard and screen reader use the link itself.
 */
export const rowLink = {
  onClick: (event: MouseEvent<HTMLElement>) => follow(event),
  onAuxClick: (event: MouseEvent<HTMLElement>) => {
    if (event.button === 1) follow(event)
  },
}

function follow(event: MouseEvent<HTMLElement>): void {
  if (event.defaultPrevented || (event.target as Element).closest(interactive)) return
  if (window.getSelection()?.toString()) return
  const link = event.currentTarget.querySelector<HTMLAnchorElement>("a[data-row-link]")
  if (!link) return
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button === 1) window.open(link.href, "_blank", "noopener")
  else link.click()
}
