import { screen, within } from "@testing-library/react"
import { signIn } from "next-auth/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { IdentitiesCard } from "./identities-card.tsx"
import { beginIdentity, removeIdentity } from "./identity-actions.ts"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("next-auth/react", () => ({ signIn: vi.fn() }))
vi.mock("./identity-actions.ts", () => ({ beginIdentity: vi.fn(), removeIdentity: vi.fn() }))

const at = "2026-11-30T10:00:00.000Z"
const identities = [
  { provider: "oidc", subject: "ada", email: "ada@lab.example", created_at: at },
  { provider: "github", subject: "12345", email: null, created_at: at },
]
const providers = [{ id: "oidc", name: "Lab" }]

test("an account elsewhere is added by signing in there", async () => {
  const { user } = show(<IdentitiesCard identities={[]} providers={providers} outcome={undefined} />)
  expect(screen.getByText("You sign in with none.")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Connect Lab" }))
  expect(beginIdentity).toHaveBeenCalled()
  expect(signIn).toHaveBeenCalledWith("oidc", { callbackUrl: "/dashboard/settings" })
})

test("what came of adding one is said, and nothing that an address makes up", () => {
  show(<IdentitiesCard identities={identities} providers={providers} outcome="taken" />)
  expect(screen.getByRole("alert").textContent).toContain("another account")
  const { container } = show(<IdentitiesCard identities={identities} providers={providers} outcome="constructor" />)
  expect(within(container).queryByRole("alert")).toBeNull()
})

test("one is removed after a question; why it was refused is said there", async () => {
  vi.mocked(removeIdentity).mockResolvedValueOnce({ ok: false, message: "You sign in with nothing else", problems: [] })
  const { user } = show(<IdentitiesCard identities={identities} providers={providers} outcome={undefined} />)
  // A provider that is set up no more is called by its id, and a person without an address by theirs.
  expect(screen.getByRole("button", { name: "Remove github" })).toBeTruthy()
  expect(screen.getByText("12345")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Remove Lab" }))
  const dialog = within(screen.getByRole("dialog"))
  await user.click(dialog.getByRole("button", { name: "Remove" }))
  expect(removeIdentity).toHaveBeenCalledWith("oidc", "ada")
  expect(await dialog.findByText("You sign in with nothing else")).toBeTruthy()
})
