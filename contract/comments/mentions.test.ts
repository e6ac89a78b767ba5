import { expect, test } from "vitest"
import { commentParts, mentionedIn } from "./mentions.ts"

test("a username after an @ is a mention, wherever it stands, and an address or a package is none", () => {
  expect(mentionedIn("@ada look, and @bea-2: see (@ada). @cyd")).toEqual(["ada", "bea-2", "cyd"])
  expect(mentionedIn("mail ada@example.org, @types/node? x@y @ab @@ada /@ada")).toEqual(["types"])
})

test("the pieces of a comment are the comment", () => {
  const text = "hi @ada,\nsee @bea"
  expect(commentParts(text)).toEqual([
    { text: "hi ", slug: null },
    { text: "@ada", slug: "ada" },
    { text: ",\nsee ", slug: null },
    { text: "@bea", slug: "bea" },
  ])
  expect(commentParts("nobody")).toEqual([{ text: "nobody", slug: null }])
})
