import { screen } from "@testing-library/react"

/** The description lists of the page: each name with what is said of it, without what only a tooltip says. */
export function shownFacts(): Record<string, string> {
  const facts: Record<string, string> = {}
  for (const term of screen.getAllByRole("term")) {
    const said: string[] = []
    for (let next = term.nextElementSibling; next?.tagName === "DD"; next = next.nextElementSibling) said.push(wordsOf(next))
    facts[wordsOf(term)] = said.join(" | ")
  }
  return facts
}

function wordsOf(element: Element): string {
  const copy = element.cloneNode(true) as Element
  for (const tooltip of copy.querySelectorAll("[role=tooltip]")) tooltip.remove()
  return copy.textContent ?? ""
}
