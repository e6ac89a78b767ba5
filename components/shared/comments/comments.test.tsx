import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Comment } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { removeComment, writeComment } from "./actions.ts"
import { Comments } from "./comments.tsx"

const refresh = vi.fn()
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }), unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ removeComment: vi.fn(), writeComment: vi.fn() }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
beforeEach(() => vi.clearAllMocks())

const comment = (id: string, text: string, isMine = false): Comment => ({
  id,
  evaluation_id: "run1",
  sample_id: null,
  text,
  author: { id: "u1", name: "Ada" },
  is_mine: isMine,
  created_at: new Date().toISOString(),
})
const page = (comments: Comment[], earlier: string | null = null) => ({ comments, total: comments.length, earlier })

test("a comment is written with a mention that is offered while it is typed, about the sample that is shown", async () => {
  vi.mocked(get).mockResolvedValue({ people: [{ id: "u2", slug: "bea", name: "Bea" }] } as never)
  vi.mocked(writeComment).mockResolvedValue({ ok: true, value: comment("c1", "x") })
  const { user } = show(<Comments runId="run1" sampleId="s1" page={page([])} />)
  await user.click(screen.getByRole("button", { name: "Write a comment" }))
  const area = (await screen.findByLabelText("Comment")) as HTMLTextAreaElement
  await user.type(area, "look, @be")
  await user.click(await screen.findByRole("button", { name: "@bea" }))
  expect(area.value).toBe("look, @bea ")
  expect(get).toHaveBeenLastCalledWith(
    "/evaluations/{evaluation_id}/people",
    { evaluation_id: "run1" },
    { search: "be", limit: 8 },
    expect.anything(),
  )
  await user.click(screen.getByRole("button", { name: "Comment" }))
  await waitFor(() => expect(writeComment).toHaveBeenCalledWith("run1", { text: "look, @bea ", sample_id: "s1" }))
  await waitFor(() => expect(refresh).toHaveBeenCalled())
  expect(screen.queryByLabelText("Comment")).toBeNull()
})

test("earlier comments come before those that are shown, and what people mention stands out", async () => {
  vi.mocked(get).mockResolvedValue(page([comment("c1", "first")]) as never)
  const { user } = show(<Comments runId="run1" sampleId={null} page={page([comment("c2", "hello @bea")], "cursor")} />)
  expect(screen.getByText("@bea").tagName).toBe("STRONG")
  await user.click(screen.getByRole("button", { name: "Show earlier ones" }))
  const list = within(await screen.findByRole("list", { name: "Comments" }))
  await waitFor(() => expect(list.getAllByRole("listitem").map((item) => item.textContent)).toHaveLength(2))
  expect(list.getAllByRole("listitem")[0]?.textContent).toContain("first")
  expect(screen.queryByRole("button", { name: "Show earlier ones" })).toBeNull()
})

test("one deletes a comment of one's own after a question, and nobody else's", async () => {
  vi.mocked(removeComment).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<Comments runId="run1" sampleId={null} page={page([comment("c1", "theirs"), comment("c2", "mine", true)])} />)
  await user.click(screen.getByRole("button", { name: "Delete your comment" }))
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Delete" }))
  await waitFor(() => expect(removeComment).toHaveBeenCalledWith("run1", "c2"))
  await waitFor(() => expect(refresh).toHaveBeenCalled())
})
