import { expect, test } from "vitest"
import { limits } from "../../../contract/index.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { deleteView, readViews, saveView } from "./views.ts"

const platform = testPlatform()

test("views are one's own, listed by name, and replaced by name", async () => {
  const [ada, bea] = [await newUser(platform(), "ada"), await newUser(platform(), "bea")]
  const nightly = await saveView(ada, { name: "Nightly", query: "tag=nightly" })
  await saveView(ada, { name: "Failed", query: "status=FAILED" })
  const again = await saveView(ada, { name: "Nightly", query: "tag=nightly&sort=avg_score" })
  expect(again.id).toBe(nightly.id)
  expect((await readViews(ada)).map(({ name, query }) => [name, query])).toEqual([
    ["Failed", "status=FAILED"],
    ["Nightly", "tag=nightly&sort=avg_score"],
  ])
  expect(await readViews(bea)).toEqual([])
  await expect(deleteView(bea, nightly.id)).rejects.toMatchObject({ code: "not_found" })
  await deleteView(ada, nightly.id)
  expect((await readViews(ada)).map(({ name }) => name)).toEqual(["Failed"])
})

test("there are no more than there may be, however many are saved at once", async () => {
  const cyd = await newUser(platform(), "cyd")
  const saving = Array.from({ length: limits.viewsMax + 5 }, (_, i) => saveView(cyd, { name: `view ${i}`, query: "" }))
  const refused = (await Promise.allSettled(saving)).filter(({ status }) => status === "rejected")
  expect([refused.length, (await readViews(cyd)).length]).toEqual([5, limits.viewsMax])
  const [first] = await readViews(cyd)
  await saveView(cyd, { name: first?.name ?? "", query: "q=x" })
})
