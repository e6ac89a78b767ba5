import { screen, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Review } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { removeReview, saveReview } from "./actions.ts"
import type { QueuePlace } from "./queue.ts"
import { ReviewStrip } from "./review-strip.tsx"

const router = { push: vi.fn(), refresh: vi.fn() }
vi.mock("next/navigation", () => ({ useRouter: () => router, unstable_rethrow: () => {} }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn(() => new Promise(() => {})) }))
vi.mock("./actions.ts", () => ({ saveReview: vi.fn(), removeReview: vi.fn() }))

const review = (change: Partial<Review> = {}): Review => ({
  sample_id: "s",
  turn: null,
  rating: 1,
  labels: ["good"],
  note: null,
  drawn: false,
  author: { id: "u1", name: "Ada" },
  is_mine: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  ...change,
})
const queue: QueuePlace = { position: 2, total: 50, done: 1, previous: "/1", next: "/3", nextOpen: "/4" }
async function strip(reviews: Review[], inQueue: QueuePlace | null = null) {
  const shown = show(<ReviewStrip runId="r" sampleId="s" reviews={reviews} queue={inQueue} blind={{ isOn: true, other: "/shown" }} />)
  // The form comes once the page has loaded.
  await screen.findByRole("textbox", { name: "Note" })
  return shown
}
const stored = { turn: null, drawn: false }

beforeEach(() => {
  for (const mock of [router.push, router.refresh, vi.mocked(saveReview), vi.mocked(removeReview)]) mock.mockReset()
  vi.mocked(saveReview).mockResolvedValue({ ok: true, value: null })
  vi.mocked(removeReview).mockResolvedValue({ ok: true, value: null })
})

test("a rating, labels and a note are saved together, and the reader stays", async () => {
  const { user } = await strip([])
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true)
  await user.click(screen.getByRole("button", { name: "partly" }))
  await user.type(screen.getByRole("combobox", { name: "Labels" }), "too long, ,cites nothing")
  await user.type(screen.getByRole("textbox", { name: "Note" }), " half of it ")
  await user.click(screen.getByRole("button", { name: "Save" }))
  expect(saveReview).toHaveBeenCalledWith("r", "s", { ...stored, rating: 0.5, labels: ["too long", "cites nothing"], note: "half of it" })
  await vi.waitFor(() => expect(router.refresh).toHaveBeenCalled())
  expect(screen.getByText("Saved.")).toBeTruthy()
  expect(router.push).not.toHaveBeenCalled()
})

test("keys rate, save and go on in a queue; without anything said they skip", async () => {
  const { user } = await strip([], queue)
  expect(screen.getByText(/1 of 50 drawn samples rated/)).toBeTruthy()
  await user.keyboard("s")
  expect(router.push).toHaveBeenLastCalledWith("/4")
  expect(saveReview).not.toHaveBeenCalled()
  await user.keyboard("3")
  expect(screen.getByRole("button", { name: "wrong", pressed: true })).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "wrong" }))
  await user.keyboard("n")
  await user.keyboard("123s")
  expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Note" }).value).toBe("123s")
  await user.click(screen.getByRole("button", { name: /^Save and next/ }))
  expect(saveReview).toHaveBeenCalledWith("r", "s", { turn: null, drawn: true, rating: null, labels: [], note: "123s" })
  await vi.waitFor(() => expect(router.push).toHaveBeenCalledTimes(2))
})

test("a review is taken back, and comes again by Undo", async () => {
  const mine = review({ note: "fine", drawn: true })
  const { user } = await strip([mine])
  await user.click(screen.getByRole("button", { name: "Remove" }))
  expect(removeReview).toHaveBeenCalledWith("r", "s", null)
  await user.click(await screen.findByRole("button", { name: "Undo" }))
  expect(saveReview).toHaveBeenCalledWith("r", "s", { turn: null, rating: 1, labels: ["good"], note: "fine", drawn: true })
  await vi.waitFor(() => expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Note" }).value).toBe("fine"))
})

test("what others said is listed with their names; markup in it stays text", async () => {
  await strip([
    review(),
    review({ is_mine: false, author: { id: "u2", name: "<i>Bob</i>" }, rating: 0.3, labels: ["x".repeat(60)], note: "<b>no</b>" }),
  ])
  const others = screen.getByRole("list", { name: "Reviews by others" })
  expect(within(others).getAllByRole("listitem")).toHaveLength(1)
  expect(others.textContent).toContain("0.3")
  expect(others.textContent).toContain("<i>Bob</i>")
  expect(others.textContent).toContain("<b>no</b>")
})

test("a refusal is told beside the form, with what it is about", async () => {
  vi.mocked(saveReview).mockResolvedValue({
    ok: false,
    message: "It does not fit",
    problems: [{ field: "labels", message: "are too many" }],
  })
  const { user } = await strip([])
  await user.click(screen.getByRole("button", { name: "right" }))
  await user.click(screen.getByRole("button", { name: "Save" }))
  expect(await screen.findByText(/It does not fit\s+labels are too many/)).toBeTruthy()
})

test("labels that samples of the run have already are offered behind those that are written", async () => {
  vi.mocked(get).mockResolvedValue({ labels: [{ label: "too long" }, { label: "off topic" }] })
  const { user, container } = await strip([])
  const offered = () => [...container.querySelectorAll("option")].map((option) => option.value)
  expect(offered()).toEqual([])
  await user.click(screen.getByRole("combobox", { name: "Labels" }))
  await vi.waitFor(() => expect(offered()).toEqual(["too long", "off topic"]))
  await user.type(screen.getByRole("combobox", { name: "Labels" }), "off topic, t")
  expect(offered()).toEqual(["off topic, too long"])
})

test("labels are asked for again once a review was saved, so that its own are offered", async () => {
  vi.mocked(get).mockResolvedValue({ labels: [{ label: "too long" }] })
  const { user, container } = await strip([])
  await user.click(screen.getByRole("combobox", { name: "Labels" }))
  await vi.waitFor(() => expect(container.querySelectorAll("option")).toHaveLength(1))
  vi.mocked(get).mockResolvedValue({ labels: [{ label: "too long" }, { label: "fine" }] })
  await user.type(screen.getByRole("combobox", { name: "Labels" }), "fine")
  await user.click(screen.getByRole("button", { name: "Save" }))
  await vi.waitFor(() => expect(container.querySelectorAll("option").length).toBeGreaterThan(0))
  await user.clear(screen.getByRole("combobox", { name: "Labels" }))
  await vi.waitFor(() => expect(container.querySelectorAll("option")).toHaveLength(2))
})
