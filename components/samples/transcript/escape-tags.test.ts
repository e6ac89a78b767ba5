import { expect, test } from "vitest"
import { escapeTags } from "./escape-tags.ts"

test("tags become readable", () => {
  expect(escapeTags("<answer>\n51\n</answer>")).toBe("&lt;answer>\n51\n&lt;/answer>")
  expect(escapeTags("a < b and <b>c</b>")).toBe("a < b and &lt;b>c&lt;/b>")
  expect(escapeTags("- item\n\n    <x>")).toBe("- item\n\n    &lt;x>")
})

test("code keeps its text", () => {
  for (const text of ["use `<div>` here", "```html\n<div>\n```", "~~~\n<a>\n```\n<b>\n~~~", "text:\n\n    <div>\n    <p>"])
    expect(escapeTags(text)).toBe(text)
  expect(escapeTags("```\n<a>\n```\n<b>")).toBe("```\n<a>\n```\n&lt;b>")
  expect(escapeTags("para\n    <lazy>")).toBe("para\n    &lt;lazy>")
})

test("addresses in angle brackets stay links", () => {
  expect(escapeTags("<https://example.org>")).toBe("<https://example.org>")
})
