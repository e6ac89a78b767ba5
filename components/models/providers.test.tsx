import { screen, waitFor, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { ModelProvider } from "@/contract/index.ts"
import { ProviderForm } from "./provider-form.tsx"
import { Providers } from "./providers.tsx"

const actions = vi.hoisted(() => ({ addProvider: vi.fn(), changeProvider: vi.fn(), removeProvider: vi.fn(), tryProvider: vi.fn() }))
vi.mock("./actions.ts", () => actions)
vi.mock("next/navigation", () => ({ unstable_rethrow: () => {}, useRouter: () => ({ refresh: () => {} }) }))

const readyMade = [{ slug: "openai", name: "OpenAI", base_url: "https://api.openai.com/v1", needs_key: true }]
const provider: ModelProvider = {
  id: "p1",
  slug: "lab",
  name: "Our lab",
  base_url: "https://lab.example.com/v1",
  team_id: null,
  key_end: "abcd",
  requests_per_minute: 60,
  concurrency: null,
  models: [],
  is_on: true,
  created_at: "2026-03-01T00:00:00Z",
  updated_at: "2026-03-01T00:00:00Z",
  state: { error: null, models: 3, under_way: 2, waiting: 5, active_runs: 2 },
}

test("a row says where it leads, what it has, and what waits for its limits", () => {
  show(
    <Providers
      canManage
      providers={[provider, { ...provider, id: "p2", state: { ...provider.state, error: "GET /models answered 401" } }]}
      readyMade={[]}
      teamId={null}
    />,
  )
  const [row, faulty] = screen.getAllByRole("listitem")
  expect(row?.textContent).toContain("lab.example.com · key …abcd3 models60 a minute · 2 under way · 5 waiting")
  expect(faulty?.textContent).toContain("GET /models answered 401")
})

test("a provider that says it is not ready yet is no error", () => {
  const starting = { ...provider.state, error: "loading the model", models: 0, is_starting: true }
  show(<Providers canManage providers={[{ ...provider, state: starting }]} readyMade={[]} teamId={null} />)
  const words = screen.getByText("loading the model")
  expect(words.className).not.toContain("text-danger")
  expect(words.querySelector("svg")).not.toBeNull()
})

test("deleting asks, and says which runs will fail", async () => {
  actions.removeProvider.mockResolvedValue({ ok: true, value: null })
  const { user } = show(<Providers providers={[provider]} readyMade={[]} teamId={null} canManage />)
  await user.click(screen.getByRole("button", { name: "Delete Our lab" }))
  const dialog = screen.getByRole("dialog", { name: "Delete this provider?" })
  expect(dialog.textContent).toContain("2 runs that are under way may use its models and will fail.")
  expect(actions.removeProvider).not.toHaveBeenCalled()
  await user.click(within(dialog).getByRole("button", { name: "Delete" }))
  expect(actions.removeProvider).toHaveBeenCalledWith("p1")
})

test("a well-known provider fills the form; what is typed can be tried, and a refusal stands at its field", async () => {
  actions.tryProvider.mockResolvedValue({
    ok: true,
    value: { fault: "key_refused", message: "api.openai.com refused the key (401).", model_count: 0, models: [], took_ms: 5 },
  })
  actions.addProvider.mockResolvedValue({
    ok: false,
    message: "not valid",
    problems: [{ field: "slug", message: "is that of another provider: openai" }],
  })
  const onClose = vi.fn()
  const { user } = show(<ProviderForm provider={null} readyMade={readyMade} teamId="t1" onClose={onClose} />)
  await user.selectOptions(screen.getByLabelText("Provider"), "OpenAI")
  await user.type(screen.getByLabelText("Key"), "sk-1")
  await user.click(screen.getByRole("button", { name: "Test" }))
  await waitFor(() => expect(screen.getByRole("status").textContent).toContain("refused the key"))
  expect(actions.tryProvider).toHaveBeenCalledWith({ base_url: "https://api.openai.com/v1", key: "sk-1", provider_id: null, model: null })
  await user.type(screen.getByLabelText("Requests a minute"), "60")
  expect(screen.getByRole("status").textContent).toContain("refused the key")
  await user.click(screen.getByRole("button", { name: "Add" }))
  expect(actions.addProvider).toHaveBeenCalledWith(
    expect.objectContaining({ slug: "openai", key: "sk-1", requests_per_minute: 60, team_id: "t1" }),
  )
  const slug = screen.getByLabelText("Models begin with")
  await waitFor(() => expect(slug.getAttribute("aria-invalid")).toBe("true"))
  expect(onClose).not.toHaveBeenCalled()
})

test("a provider that is changed keeps its key unless another one is typed", async () => {
  actions.changeProvider.mockResolvedValue({ ok: true, value: provider })
  const onClose = vi.fn()
  const { user } = show(<ProviderForm provider={provider} readyMade={readyMade} teamId={null} onClose={onClose} />)
  expect(screen.getByText(/ends in abcd/)).toBeTruthy()
  await user.clear(screen.getByLabelText("Requests a minute"))
  await user.click(screen.getByRole("button", { name: "Save" }))
  await waitFor(() => expect(onClose).toHaveBeenCalled())
  const [id, body] = actions.changeProvider.mock.calls[0] ?? []
  expect([id, body.requests_per_minute, "key" in body]).toEqual(["p1", null, false])
})

test("who may not change a team's providers sees them, without buttons", () => {
  show(<Providers providers={[provider]} readyMade={[]} teamId="t1" canManage={false} />)
  expect(screen.getByText(provider.name)).toBeTruthy()
  expect(screen.queryByRole("button")).toBeNull()
})
