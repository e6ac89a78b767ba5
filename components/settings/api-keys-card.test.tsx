import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { ApiKey } from "@/contract/index.ts"
import { createApiKey, revokeApiKey } from "./actions.ts"
import { ApiKeysCard } from "./api-keys-card.tsx"

const refresh = vi.fn()
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }), unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ createApiKey: vi.fn(), revokeApiKey: vi.fn() }))
beforeEach(() => {
  refresh.mockReset()
  vi.mocked(createApiKey).mockReset()
  vi.mocked(revokeApiKey).mockReset()
})

const key = { id: "k1", name: "laptop", prefix: "he_abcd", created_at: "2026-03-01T00:00:00Z", scopes: ["read", "run", "write"] } as ApiKey
const dialog = () => within(screen.getByRole("dialog"))

test("a new key needs a name, is shown once, and is gone when the dialog closes", async () => {
  vi.mocked(createApiKey).mockResolvedValue({ ok: true, value: { ...key, value: "he_abcd_whole" } as never })
  const { user } = show(<ApiKeysCard keys={[]} />)
  await user.click(screen.getByRole("button", { name: "New key" }))
  await user.click(dialog().getByRole("button", { name: "Create key" }))
  expect(dialog().getByText("Give it a name.")).toBeTruthy()
  expect(createApiKey).not.toHaveBeenCalled()
  await user.type(dialog().getByLabelText("Name"), " laptop ")
  await user.click(dialog().getByRole("button", { name: "Create key" }))
  expect(await dialog().findByText("he_abcd_whole")).toBeTruthy()
  expect(createApiKey).toHaveBeenCalledWith({ name: "laptop", scopes: ["read", "run", "write"] })
  await user.click(dialog().getByRole("button", { name: "Done" }))
  expect(screen.queryByText("he_abcd_whole")).toBeNull()
  expect(refresh).toHaveBeenCalled()
})

test("a key is revoked after a question that names it", async () => {
  vi.mocked(revokeApiKey).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<ApiKeysCard keys={[key]} />)
  await user.click(screen.getByRole("button", { name: "Revoke laptop" }))
  expect(dialog().getByText("laptop")).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Revoke" }))
  await waitFor(() => expect(revokeApiKey).toHaveBeenCalledWith("k1"))
  expect(await screen.findByText("The key “laptop” was revoked")).toBeTruthy()
})

test("a refusal stays in the dialog until it is asked again", async () => {
  vi.mocked(revokeApiKey).mockResolvedValue({ ok: false, message: "It is the last key.", problems: [] })
  const { user } = show(<ApiKeysCard keys={[key]} />)
  await user.click(screen.getByRole("button", { name: "Revoke laptop" }))
  await user.click(dialog().getByRole("button", { name: "Revoke" }))
  expect(await dialog().findByText("It is the last key.")).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Cancel" }))
  await user.click(screen.getByRole("button", { name: "Revoke laptop" }))
  expect(screen.queryByText("It is the last key.")).toBeNull()
})

test("a key is made for some things and some days; one that may do nothing is not", async () => {
  vi.mocked(createApiKey).mockResolvedValue({ ok: true, value: { ...key, value: "he_abcd_whole" } as never })
  const { user } = show(<ApiKeysCard keys={[]} />)
  await user.click(screen.getByRole("button", { name: "New key" }))
  await user.type(dialog().getByLabelText("Name"), "ci")
  for (const box of dialog().getAllByRole("checkbox")) await user.click(box)
  await user.click(dialog().getByRole("button", { name: "Create key" }))
  expect(dialog().getByText("Choose at least one thing that it may do.")).toBeTruthy()
  expect(createApiKey).not.toHaveBeenCalled()
  await user.click(dialog().getByLabelText(/^Launch, stop/))
  await user.click(dialog().getByLabelText(/^Look at runs/))
  await user.selectOptions(dialog().getByLabelText("Works"), "30 days")
  await user.click(dialog().getByRole("button", { name: "Create key" }))
  await waitFor(() => expect(createApiKey).toHaveBeenCalledWith({ name: "ci", scopes: ["read", "run"], expires_in_days: 30 }))
})

test("a key says what it may do, when it was used and when it ends", () => {
  const narrow = { ...key, id: "k2", name: "ci", scopes: ["read", "run"], expires_at: "2026-02-01T00:00:00Z", last_used_at: null }
  show(<ApiKeysCard keys={[{ ...key, last_used_at: "2026-03-02T00:00:00Z" }, narrow as ApiKey]} />)
  const [all, some] = screen.getAllByRole("listitem").map((item) => item.textContent ?? "")
  expect(all).toContain("everything")
  expect(all).toContain("last used")
  expect(some).toContain("read, run")
  expect(some).toContain("never used")
  expect(some).toContain("expired 2026-02-01")
})
