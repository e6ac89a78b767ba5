import { act, screen } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { UnderWay } from "./under-way.tsx"

const refresh = vi.hoisted(() => vi.fn())
const heard = vi.hoisted(() => ({ notice: (_: { evaluation_id: string }) => {} }))
vi.mock("next/navigation", async (original) => ({ ...(await original<object>()), useRouter: () => ({ refresh }) }))
vi.mock("@/lib/live/use-live.ts", () => ({
  useLiveMessages: (handlers: typeof heard) => {
    heard.notice = handlers.notice
  },
}))

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  refresh.mockClear()
})

const runs = [{ evaluation_id: "a" }, { evaluation_id: "b" }]
const words = { claim: "Both runs are under way.", rest: "They have no example in common yet.", proof: "", isAll: true }

test("the comparison is read again once it is shown and as its runs go on, but not more often than every few seconds", async () => {
  show(<UnderWay words={words} runs={runs} isRead={false} />)
  expect(screen.getByRole("heading", { name: /Both runs are under way/ })).toBeTruthy()
  expect(refresh).toHaveBeenCalledTimes(1)
  act(() => {
    heard.notice({ evaluation_id: "other" })
    heard.notice({ evaluation_id: "a" })
    heard.notice({ evaluation_id: "b" })
  })
  expect(refresh).toHaveBeenCalledTimes(1)
  await act(() => vi.advanceTimersByTimeAsync(5100))
  expect(refresh).toHaveBeenCalledTimes(2)
})

test("while an example is read nothing moves until it is asked for", async () => {
  const { user } = show(<UnderWay words={{ ...words, isAll: false }} runs={runs} isRead />)
  act(() => heard.notice({ evaluation_id: "a" }))
  expect(refresh).not.toHaveBeenCalled()
  vi.useRealTimers()
  await user.click(screen.getByRole("button", { name: "Show the newest" }))
  expect(refresh).toHaveBeenCalledOnce()
  expect(screen.queryByRole("button", { name: "Show the newest" })).toBeNull()
})
