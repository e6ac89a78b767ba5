import { screen, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { ReviewSummary } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { HumanReview } from "./human-review.tsx"

vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))

const summary: ReviewSummary = {
  evaluation_id: "e",
  reviewed: 12,
  rated: 10,
  drawn: 8,
  skipped: 1,
  people: 2,
  labels: [{ label: "off topic", samples: 3 }],
  agreement: {
    samples: 10,
    pass_threshold: 0.5,
    both_pass: 6,
    both_fail: 2,
    only_reward_passes: 2,
    only_people_pass: 0,
    agree: 0.8,
    kappa: 0.5454,
    pearson: 0.6123,
    spearman: 0.6,
  },
  corrected: {
    mean: 0.612,
    interval95: { low: 0.48, high: 0.74, approximate: false },
    ratings: 8,
    examples: 7,
    rewards: 100,
    weight: 0.8,
    ratings_alone: { mean: 0.55, interval95: { low: 0.2, high: 0.85, approximate: false } },
  },
}

const reward = { name: "reward", mean: 0.75, min: 0, max: 1, interval95: { low: 0.66, high: 0.83, approximate: false } }

async function shown(change: Partial<ReviewSummary>, rewardChange: object = {}) {
  vi.mocked(get).mockResolvedValue({ ...summary, ...change })
  show(<HumanReview runId="e" reward={{ ...reward, ...rewardChange } as never} threshold={0.5} />)
  return screen.findByRole("region", { name: "Human review" })
}

test("people who rated the same samples are said to agree or not", async () => {
  const pair = { people: ["Ada", "Ben"] as [string, string], samples: 12, both_pass: 7, both_fail: 2, agree: 0.75, kappa: 0.4 }
  const section = await shown({ between_people: [pair] })
  expect(section.textContent?.replaceAll(/[\u2066-\u2069]/g, "")).toContain(
    "Ada and Ben agree on 9 of 12 samples that both rated (75%, Cohen's kappa 0.4).",
  )
})

test("agreement and both means are said, and labels lead to their samples", async () => {
  const section = await shown({})
  expect(section.textContent).toContain("People and the reward agree on 8 of 10 rated samples.")
  expect(section.textContent).toContain("2 pass by the reward alone; Cohen's kappa 0.55; correlation 0.61, of ranks 0.6.")
  expect(section.textContent).toContain(
    "from 0 to 1, to all 100 samples, from 8 drawn ratings and every reward; the ratings alone give 0.55, 0.2 to 0.85.",
  )
  expect(section.textContent).toContain(
    "2 samples chosen by hand do not count for it. 1 drawn sample was passed over or came later, and may be unlike those rated.",
  )
  const drawings = within(section)
    .getAllByRole("img")
    .map((one) => one.getAttribute("aria-label"))
  expect(drawings).toEqual([
    "Automatic: mean 0.75, 95 % interval 0.66 to 0.83",
    "Corrected by people: mean 0.612, 95 % interval 0.48 to 0.74, baseline 0.75",
  ])
  expect(within(section).getByRole("link", { name: "off topic" }).getAttribute("href")).toBe(
    "/dashboard/evaluations/e/samples?label=off+topic&as=table",
  )
})

test("rewards on another scale are not drawn beside ratings", async () => {
  const section = await shown({}, { mean: 6.5, max: 10 })
  expect(within(section).getByRole("img").getAttribute("aria-label")).toBe("Mean rating: mean 0.612, 95 % interval 0.48 to 0.74")
})

test("ratings of samples that were chosen by hand correct no mean", async () => {
  const section = await shown({ drawn: 0, skipped: 0, corrected: null })
  expect(section.textContent).toContain("chosen by hand, so they do not correct the mean")
  expect(within(section).queryByRole("img")).toBeNull()
})

test("notes alone say that nothing was rated, and a run that nobody reviewed has no section", async () => {
  const section = await shown({ rated: 0, drawn: 0, corrected: null, agreement: null })
  expect(section.textContent).toContain("12 samples with labels or notes, none with a rating.")
  vi.mocked(get).mockResolvedValue({ ...summary, reviewed: 0 })
  const { container } = show(<HumanReview runId="other" reward={null} threshold={0.5} />)
  await vi.waitFor(() => expect(get).toHaveBeenLastCalledWith(expect.anything(), { evaluation_id: "other" }, { pass_threshold: 0.5 }))
  expect(container.textContent).toBe("")
})
