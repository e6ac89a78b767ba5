import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { FormerInstance, Instance, SshKey } from "@/contract/index.ts"
import { addSshKey, deleteSshKey, terminateInstance } from "./actions.ts"
import { FormerInstancesCard } from "./former-instances-card.tsx"
import { InstancesCard } from "./instances-card.tsx"
import { SshKeysCard } from "./ssh-keys-card.tsx"

const refresh = vi.hoisted(() => vi.fn())
vi.mock("next/navigation", () => ({ unstable_rethrow: () => {}, useRouter: () => ({ refresh }) }))
vi.mock("./actions.ts", () => ({ addSshKey: vi.fn(), deleteSshKey: vi.fn(), terminateInstance: vi.fn() }))

beforeEach(() => refresh.mockClear())

const instance = {
  id: "0mx1reggyylxqk88decgrfx9",
  name: "box",
  status: "ACTIVE",
  resources: { vcpus: 1, memory: 2, disk: 10 },
  sshConnection: "0mx1reggyylxqk88decgrfx9@evals.test -p 3003",
  endsAt: "2026-03-02T00:00:00Z",
  hours: 24,
  priceHr: 0.5,
  costUsd: 1.25,
  evaluationId: "run1",
  mayEnd: true,
} as Instance

test("a person sees an instance, enters it with a command, and terminates it after a question that names it", async () => {
  vi.mocked(terminateInstance).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<InstancesCard instances={[instance]} total={1} />)
  expect(screen.getByText("Active")).toBeTruthy()
  expect(screen.getByText("1 processor, 2 GB of memory, 10 GB of disk")).toBeTruthy()
  expect(screen.getByText(/\$1\.25 so far/)).toBeTruthy()
  expect(screen.getByRole("group", { name: "command that enters box" }).textContent).toBe(`ssh ${instance.sshConnection}`)
  expect(screen.getByRole("link", { name: "a run" }).getAttribute("href")).toBe("/dashboard/evaluations/run1")
  await user.click(screen.getByRole("button", { name: "Terminate box" }))
  const dialog = within(screen.getByRole("dialog"))
  expect(dialog.getByText("box")).toBeTruthy()
  await user.click(dialog.getByRole("button", { name: "Terminate" }))
  await waitFor(() => expect(terminateInstance).toHaveBeenCalledWith(instance.id))
  expect(await screen.findByText("The instance “box” was terminated")).toBeTruthy()
  expect(refresh).not.toHaveBeenCalled()
})

test("one that is being started is looked at again, and one that is another's has no button", async () => {
  show(<InstancesCard instances={[{ ...instance, status: "PENDING", sshConnection: null, endsAt: null, mayEnd: false }]} total={1} />)
  expect(screen.getByText("Waiting")).toBeTruthy()
  expect(screen.getByText(/for 24 h/)).toBeTruthy()
  expect(screen.getByText(`prime pods ssh ${instance.id}`)).toBeTruthy()
  expect(screen.queryByRole("button", { name: "Terminate box" })).toBeNull()
  await waitFor(() => expect(refresh).toHaveBeenCalled(), { timeout: 4000 })
})

test("without instances the card says how to make one; those that have ended say why", () => {
  show(<InstancesCard instances={[]} total={0} />)
  expect(screen.getByRole("group", { name: "commands that make an instance" }).textContent).toContain("prime pods create")
  const former = {
    id: "a",
    name: "old",
    status: "ERROR",
    createdAt: "2026-03-01T00:00:00Z",
    terminatedAt: "2026-03-01T02:00:00Z",
    priceHr: 0,
  }
  show(<FormerInstancesCard instances={[{ ...former, endReason: "The worker that kept it is gone" } as FormerInstance]} pager={null} />)
  expect(screen.getByText("The worker that kept it is gone")).toBeTruthy()
})

test("a person adds a key, reads what is wrong with another, and takes one away", async () => {
  vi.mocked(addSshKey).mockResolvedValueOnce({
    ok: false,
    message: "The request is not valid",
    problems: [{ field: "publicKey", message: "is not whole" }],
  })
  vi.mocked(addSshKey).mockResolvedValueOnce({ ok: true, value: null })
  vi.mocked(deleteSshKey).mockResolvedValue({ ok: true, value: null })
  const key = { id: "k1", name: "laptop", fingerprint: "SHA256:abc", createdAt: "2026-03-01T00:00:00Z" } as SshKey
  const { user } = show(<SshKeysCard keys={[key]} hostKeyFingerprint="SHA256:host" />)
  expect(screen.getByText("SHA256:host")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Add key" }))
  const adding = within(screen.getByRole("dialog"))
  await user.click(adding.getByRole("button", { name: "Add key" }))
  expect(adding.getByText("Give it a name.")).toBeTruthy()
  expect(addSshKey).not.toHaveBeenCalled()
  await user.type(adding.getByLabelText("Name"), "desk")
  await user.type(adding.getByLabelText("Public key"), "ssh-ed25519 AAAA")
  await user.click(adding.getByRole("button", { name: "Add key" }))
  expect(await adding.findByText("is not whole")).toBeTruthy()
  await user.type(adding.getByLabelText("Public key"), "BBBB")
  await user.click(adding.getByRole("button", { name: "Add key" }))
  expect(await screen.findByText("The key “desk” was added")).toBeTruthy()
  expect(addSshKey).toHaveBeenLastCalledWith({ name: "desk", publicKey: "ssh-ed25519 AAAABBBB" })
  await user.click(screen.getByRole("button", { name: "Remove laptop" }))
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Remove" }))
  await waitFor(() => expect(deleteSshKey).toHaveBeenCalledWith("k1"))
})
