import { startAuthentication, startRegistration } from "@simplewebauthn/browser"
import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { addPasskey, beginPasskey, beginPasskeySignIn, removePasskey, signInWithPasskey } from "./passkey-actions.ts"
import { PasskeyButton } from "./passkey-button.tsx"
import { PasskeysCard } from "./passkeys-card.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
// The simulated browser has no WebAuthn.
vi.mock("@simplewebauthn/browser", () => ({ startRegistration: vi.fn(), startAuthentication: vi.fn() }))
vi.mock("./passkey-actions.ts", () => ({
  addPasskey: vi.fn(),
  beginPasskey: vi.fn(),
  beginPasskeySignIn: vi.fn(),
  removePasskey: vi.fn(),
  signInWithPasskey: vi.fn(),
}))
const assign = vi.fn()
beforeEach(() => {
  for (const mock of [
    startRegistration,
    startAuthentication,
    addPasskey,
    beginPasskey,
    beginPasskeySignIn,
    removePasskey,
    signInWithPasskey,
  ])
    vi.mocked(mock).mockReset()
  assign.mockReset()
  vi.spyOn(window.location, "assign").mockImplementation(assign)
})

const dialog = () => within(screen.getByRole("dialog"))
const named = (name: string) => Object.assign(new Error("no"), { name })

test("a passkey needs a name, and is made with what the platform asks of the browser", async () => {
  vi.mocked(beginPasskey).mockResolvedValue({ ok: true, value: { challenge: "c" } })
  vi.mocked(startRegistration)
    .mockRejectedValueOnce(named("NotAllowedError"))
    .mockResolvedValueOnce({ id: "k" } as never)
  vi.mocked(addPasskey).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<PasskeysCard passkeys={[]} />)
  await user.click(screen.getByRole("button", { name: "Add a passkey" }))
  await user.click(dialog().getByRole("button", { name: "Add" }))
  expect(dialog().getByText("Give it a name.")).toBeTruthy()
  expect(beginPasskey).not.toHaveBeenCalled()
  await user.type(dialog().getByLabelText("Name"), "laptop")
  await user.click(dialog().getByRole("button", { name: "Add" }))
  expect(await dialog().findByText(/took too long/)).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Add" }))
  await waitFor(() => expect(addPasskey).toHaveBeenCalledWith("laptop", { id: "k" }))
  expect(startRegistration).toHaveBeenLastCalledWith({ optionsJSON: { challenge: "c" } })
  expect(await screen.findByText("The passkey was added")).toBeTruthy()
})

test("a passkey is removed after a question that names it", async () => {
  vi.mocked(removePasskey).mockResolvedValue({ ok: true, value: null })
  const passkey = { id: "p", name: "phone", created_at: "2026-03-01T00:00:00Z", last_used_at: null }
  const { user } = show(<PasskeysCard passkeys={[passkey]} />)
  expect(screen.getByText(/never used/)).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Remove phone" }))
  expect(dialog().getByText("phone")).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Remove" }))
  await waitFor(() => expect(removePasskey).toHaveBeenCalledWith("p"))
})

test("signing in with a passkey leads on, and says what went wrong", async () => {
  vi.mocked(beginPasskeySignIn).mockResolvedValue({ ok: true, value: { challenge: "c" } })
  vi.mocked(startAuthentication).mockResolvedValue({ id: "k" } as never)
  vi.mocked(signInWithPasskey).mockResolvedValueOnce({ ok: false, message: "This passkey does not sign in here", problems: [] })
  vi.mocked(signInWithPasskey).mockResolvedValueOnce({ ok: true, value: null })
  const { user } = show(<PasskeyButton returnPath="/dashboard/models" />)
  const button = screen.getByRole("button", { name: "Sign in with a passkey" })
  await user.click(button)
  expect(await screen.findByText("This passkey does not sign in here")).toBeTruthy()
  expect(assign).not.toHaveBeenCalled()
  await user.click(button)
  await waitFor(() => expect(assign).toHaveBeenCalledWith("/dashboard/models"))
})
