const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** One link of a package index: its text, its address and further attributes. */
export type Link = { text: string; href: string } & Record<string, string>

/** A page of links as package installers read it (PEP 503). Not stored by anyone: a wheel that was just pushed must be seen. */
export function listingPage(title: string, links: Link[]): Response {
  const lines = links.map(({ text, ...attributes }) => {
    const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    return `<a${written.join("")}>${escapeHtml(text)}</a><br>`
  })
  const head = `<meta charset="utf-8"><meta name="pypi:repository-version" content="1.0"><title>${escapeHtml(title)}</title>`
  return new Response(`<!DOCTYPE html>\n<html><head>${head}</head><body>\n${lines.join("\n")}\n</body></html>\n`, {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" },
  })
}
