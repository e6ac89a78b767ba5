import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Delivery, NotificationChannel, NotificationRule } from "@/contract/index.ts"
import { addChannel, addRule, confirmChannel, removeChannel, removeRule, rotateSecret, sendAgain, sendTest } from "./actions.ts"
import { ChannelsCard } from "./channels-card.tsx"
import { Deliveries } from "./deliveries.tsx"
import { RulesCard } from "./rules-card.tsx"

const push = vi.fn()
const refresh = vi.fn()
vi.mock("next/navigation", () => ({ useRouter: () => ({ push, refresh }), unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () =>
  Object.fromEntries(
    [
      "addChannel",
      "addRule",
      "changeChannel",
      "confirmChannel",
      "removeChannel",
      "removeRule",
      "rotateSecret",
      "sendAgain",
      "sendTest",
    ].map((name) => [name, vi.fn()]),
  ),
)
beforeEach(() => vi.clearAllMocks())

const channel = {
  id: "c1",
  kind: "webhook",
  name: "build",
  shown_address: "ci.example.com",
  state: "on",
  state_reason: null,
  created_at: "2026-03-01T00:00:00Z",
  last_message: null,
} as NotificationChannel
const dialog = () => within(screen.getByRole("dialog"))
const showChannels = (channels: NotificationChannel[]) => show(<ChannelsCard channels={channels} offersEmail={false} pushKey="key" />)

test("a webhook is added by its address, and its key is shown once", async () => {
  vi.mocked(addChannel).mockResolvedValue({ ok: true, value: { channel, secret: "whsec_abc" } })
  const { user } = showChannels([])
  expect(screen.getByText(/No channels yet/)).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Add a channel" }))
  await user.type(await dialog().findByLabelText("Name"), "build")
  await user.type(dialog().getByLabelText("Address"), "https://ci.example.com/hook")
  expect((dialog().getByRole("option", { name: /mail server/ }) as HTMLOptionElement).disabled).toBe(true)
  await user.click(dialog().getByRole("button", { name: "Add" }))
  expect(await dialog().findByText("whsec_abc")).toBeTruthy()
  expect(addChannel).toHaveBeenCalledWith({ kind: "webhook", name: "build", url: "https://ci.example.com/hook" })
  await user.click(dialog().getByRole("button", { name: "Done" }))
  expect(screen.queryByText("whsec_abc")).toBeNull()
})

test("what is wrong with an address stands at its field", async () => {
  const problems = [{ field: "url", message: "must be an http or https address" }]
  vi.mocked(addChannel).mockResolvedValue({ ok: false, message: "The request is not valid", problems: problems as never })
  const { user } = showChannels([])
  await user.click(screen.getByRole("button", { name: "Add a channel" }))
  await user.type(await dialog().findByLabelText("Address"), "nowhere")
  await user.click(dialog().getByRole("button", { name: "Add" }))
  expect(await dialog().findByText("must be an http or https address")).toBeTruthy()
  expect(dialog().getByLabelText("Address").getAttribute("aria-invalid")).toBe("true")
})

test("a test leads to the log; a channel says what came of its last message, and is deleted after a question", async () => {
  vi.mocked(sendTest).mockResolvedValue({ ok: true, value: { id: "m1" } })
  vi.mocked(removeChannel).mockResolvedValue({ ok: true, value: { id: "c1", deleted: true } })
  vi.mocked(rotateSecret).mockResolvedValue({ ok: true, value: { channel, secret: "whsec_new" } })
  const last = { state: "given_up" as const, at: "2026-03-01T00:00:00Z", error: "It answered 500" }
  const { user } = showChannels([{ ...channel, last_message: last }])
  expect(screen.getByText("given up: It answered 500")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Send a test to build" }))
  await waitFor(() => expect(push).toHaveBeenCalledWith("/dashboard/settings/notifications/c1"))
  await user.click(screen.getByRole("menuitem", { name: "Make a new key…", hidden: true }))
  await user.click(dialog().getByRole("button", { name: "Make a new key" }))
  expect(await screen.findByText("whsec_new")).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Done" }))
  await user.click(screen.getByRole("menuitem", { name: "Delete…", hidden: true }))
  expect(dialog().getByText("build")).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Delete" }))
  await waitFor(() => expect(removeChannel).toHaveBeenCalledWith("c1"))
})

test("a new address takes its code, and says when it is wrong", async () => {
  const problems = [{ field: "code", message: "is not what was sent to this address" }]
  vi.mocked(confirmChannel).mockResolvedValue({ ok: false, message: "", problems: problems as never })
  const { user } = showChannels([{ ...channel, kind: "email", state: "unconfirmed", shown_address: "ada@example.org" }])
  expect(screen.queryByRole("button", { name: /Send a test/ })).toBeNull()
  await user.type(screen.getByLabelText("Code that was sent to ada@example.org"), "ABCD2345{Enter}")
  expect(confirmChannel).toHaveBeenCalledWith("c1", "ABCD2345")
  expect(await screen.findByText("The code is not what was sent to this address")).toBeTruthy()
})

test("a rule is about an environment by its name, which has no budget, and is read back in words", async () => {
  vi.mocked(addRule).mockResolvedValue({ ok: true, value: {} as never })
  vi.mocked(removeRule).mockResolvedValue({ ok: true, value: { id: "r1", deleted: true } })
  const rule = {
    id: "r1",
    events: ["failed", "regressed"],
    environment: { id: "e1", owner: "ada", name: "maze" },
    team: null,
    channel_id: "c1",
    created_at: "2026-03-01T00:00:00Z",
  } as NotificationRule
  const { user } = show(
    <RulesCard rules={[rule]} channels={[channel]} teams={[{ id: "t1", name: "Crew" }]} environments={["ada/maze"]} about={null} />,
  )
  expect(screen.getByText("Failed, regressed")).toBeTruthy()
  expect(screen.getByText("ada/maze")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Add a rule" }))
  await user.selectOptions(await dialog().findByLabelText("About"), "An environment")
  expect(dialog().queryByLabelText("Budget")).toBeNull()
  await user.type(dialog().getByLabelText("Environment"), "maze")
  await user.click(dialog().getByRole("button", { name: "Add" }))
  expect(dialog().getByText("Name it as owner/name.")).toBeTruthy()
  expect(addRule).not.toHaveBeenCalled()
  await user.clear(dialog().getByLabelText("Environment"))
  await user.type(dialog().getByLabelText("Environment"), "ada/maze")
  await user.click(dialog().getByLabelText("Ended"))
  await user.click(dialog().getByRole("button", { name: "Add" }))
  await waitFor(() => expect(addRule).toHaveBeenCalledWith({ events: ["ended", "failed", "regressed"] }, { owner: "ada", name: "maze" }))
  await user.click(screen.getByRole("button", { name: "Delete the rule: Failed, regressed, about ada/maze" }))
  await waitFor(() => expect(removeRule).toHaveBeenCalledWith("r1"))
})

test("who comes from an environment has the form for it open", async () => {
  show(<RulesCard rules={[]} channels={[channel]} teams={[]} environments={[]} about="ada/maze" />)
  expect(((await dialog().findByLabelText("Environment")) as HTMLInputElement).value).toBe("ada/maze")
})

test("rules say when no channel is on that could tell", () => {
  const rule = { id: "r1", events: ["failed"], environment: null, team: null, channel_id: null } as unknown as NotificationRule
  const { unmount } = show(<RulesCard rules={[rule]} channels={[channel]} teams={[]} environments={[]} about={null} />)
  expect(screen.queryByText(/No channel is on/)).toBeNull()
  unmount()
  show(<RulesCard rules={[rule]} channels={[{ ...channel, state: "off" }]} teams={[]} environments={[]} about={null} />)
  expect(screen.getByText(/No channel is on/)).toBeTruthy()
})

test("the log shows each try with its answer, sends again, and looks again while something is about to be sent", async () => {
  vi.mocked(sendAgain).mockResolvedValue({ ok: true, value: { id: "m1" } })
  const given = {
    id: "msg_1",
    type: "channel.test",
    title: "A test message",
    state: "given_up",
    next_try_at: null,
    created_at: new Date().toISOString(),
    tries: [{ number: 1, at: new Date().toISOString(), took_ms: 12, status: 500, error: "It answered 500", answer: "out of order" }],
  } as Delivery
  const { user, unmount } = show(<Deliveries channelId="c1" deliveries={[given]} canSend />)
  expect(screen.getByText("Given up")).toBeTruthy()
  expect(screen.getByText("out of order")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Send again: A test message" }))
  await waitFor(() => expect(sendAgain).toHaveBeenCalledWith("c1", "msg_1"))
  expect(refresh).not.toHaveBeenCalled()
  unmount()
  show(
    <Deliveries channelId="c1" deliveries={[{ ...given, state: "waiting", next_try_at: new Date().toISOString(), tries: [] }]} canSend />,
  )
  await waitFor(() => expect(refresh).toHaveBeenCalled(), { timeout: 4000 })
})
