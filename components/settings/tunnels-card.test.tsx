import { screen, waitFor, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Tunnel } from "@/contract/index.ts"
import { endTunnel } from "./actions.ts"
import { TunnelsCard } from "./tunnels-card.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ endTunnel: vi.fn() }))

const tunnel = {
  tunnel_id: "0mx1reggyylxqk88decgrfx9",
  name: "judge",
  status: "connected",
  url: "http://0mx1reggyylxqk88decgrfx9.localhost:3000",
  local_port: 8000,
  http_user: null,
  created_at: "2026-03-01T00:00:00Z",
  evaluation_id: "run1",
} as Tunnel

test("a person sees where a tunnel leads and who opened it, and ends it after a question that names it", async () => {
  vi.mocked(endTunnel).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<TunnelsCard tunnels={[tunnel]} total={1} />)
  expect(screen.getByText(tunnel.url)).toBeTruthy()
  expect(screen.getByText("Connected")).toBeTruthy()
  expect(screen.getByRole("link", { name: "a run" }).getAttribute("href")).toBe("/dashboard/evaluations/run1")
  await user.click(screen.getByRole("button", { name: "End judge" }))
  const dialog = within(screen.getByRole("dialog"))
  expect(dialog.getByText("judge")).toBeTruthy()
  await user.click(dialog.getByRole("button", { name: "End" }))
  await waitFor(() => expect(endTunnel).toHaveBeenCalledWith(tunnel.tunnel_id))
  expect(await screen.findByText("The tunnel “judge” was ended")).toBeTruthy()
})

test("without tunnels the card says so", () => {
  show(<TunnelsCard tunnels={[]} total={0} />)
  expect(screen.getByText("You have no tunnels open.")).toBeTruthy()
})
