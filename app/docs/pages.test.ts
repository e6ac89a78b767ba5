import { readdir } from "node:fs/promises"
import { expect, test } from "vitest"
import { docsPages, readDocsPage, withServedLinks } from "./pages.ts"

test("every guide is a page, and every page has its file", async () => {
  const guides = (await readdir("docs/guide")).map((name) => `guide/${name}`)
  expect(docsPages.map(({ file }) => file)).toEqual(expect.arrayContaining(guides))
  for (const page of docsPages) expect((await readDocsPage(page)).length, page.id).toBeGreaterThan(500)
})

test("a guide links to pages that are there", async () => {
  for (const page of docsPages.filter(({ file }) => file.startsWith("guide/"))) {
    const text = await readDocsPage(page)
    expect(text, page.id).not.toMatch(/\]\([^)]*\.md/)
    for (const [, id] of text.matchAll(/\]\(\/docs\/([a-z-]+)\)/g)) expect(docsPages.map((one) => one.id as string)).toContain(id)
  }
})

test("links between files become links between pages", () => {
  expect(withServedLinks("see [models](models.md#cost), [why](../decisions/001-x.md) and [out](https://example.com/a.md)")).toBe(
    "see [models](/docs/models), why and [out](https://example.com/a.md)",
  )
})
