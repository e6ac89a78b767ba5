import { readFile } from "node:fs/promises"
import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { bytesOf, writeZip } from "@/lib/packages/zip.ts"
import { PublishForm } from "./publish-form.tsx"

const push = vi.hoisted(() => vi.fn())
const actions = vi.hoisted(() => ({ announceWheel: vi.fn(), announceSource: vi.fn(), publishVersion: vi.fn() }))
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }))
vi.mock("./actions.ts", () => actions)

const sent = vi.fn()
beforeEach(() => {
  push.mockReset()
  sent.mockReset()
  vi.stubGlobal("fetch", async (path: string, { body }: { body: Uint8Array }) => {
    sent(path, body.length > 0)
    return new Response("{}")
  })
})

const fileAt = (path: string, text: string) =>
  Object.defineProperty(new File([text], path.split("/").at(-1) as string), "webkitRelativePath", { value: path })
const project = (version = "0.1.0") => [
  fileAt("bench/pyproject.toml", `[project]\nname = "bench"\nversion = "${version}"\n`),
  fileAt("bench/bench.py", "x = 1"),
]

test("a folder is published as wheel and source, each announced and sent, and the environment is opened", async () => {
  actions.announceWheel.mockResolvedValue({
    ok: true,
    value: { environmentId: "e", owner: "ann", wheelId: "w", uploadPath: "/api/v1/uploads/one" },
  })
  actions.announceSource.mockResolvedValue({ ok: true, value: { versionId: "v", uploadPath: "/api/v1/uploads/two" } })
  actions.publishVersion.mockResolvedValue({ ok: true, value: undefined })
  const onClose = vi.fn()
  const { user } = show(<PublishForm dropped={null} onClose={onClose} />)
  await user.upload(screen.getByLabelText("Choose a folder"), project())
  expect(await screen.findByText(/bench_?-0\.1\.0-py3-none-any\.whl/)).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Publish" }))
  await waitFor(() => expect(push).toHaveBeenCalledWith("/dashboard/environments/ann/bench"))
  expect(actions.announceWheel).toHaveBeenCalledWith("bench", "PRIVATE", expect.objectContaining({ semantic_version: "0.1.0" }))
  expect(sent.mock.calls).toEqual([
    ["/api/v1/uploads/one", true],
    ["/api/v1/uploads/two", true],
  ])
  expect(actions.publishVersion).toHaveBeenCalledWith("e", "v")
  expect(onClose).toHaveBeenCalled()
})

test("what is missing is said before anything is sent, and what the platform refuses is said as it says it", async () => {
  actions.announceWheel.mockResolvedValue({ ok: false, message: "Version 0.1.0 was published with other content", problems: [] })
  const { user } = show(<PublishForm dropped={null} onClose={() => {}} />)
  await user.upload(screen.getByLabelText("Choose a folder"), [fileAt("bench/bench.py", "x")])
  expect((await screen.findByRole("alert")).textContent).toContain("There is no pyproject.toml in it.")
  expect(screen.getByRole("button", { name: "Publish" })).toHaveProperty("disabled", true)
  await user.upload(screen.getByLabelText("Choose a folder"), project())
  await screen.findByText(/py3-none-any/)
  await user.click(screen.getByRole("button", { name: "Publish" }))
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("Version 0.1.0 was published with other content"))
  expect(sent).not.toHaveBeenCalled()
})

test("an environment starts from a template under its own name, and its files are edited before they are published", async () => {
  vi.stubGlobal("fetch", async (path: string) => new Response(await readFile(`public${path}`, "utf8")))
  actions.announceWheel.mockReset()
  const { user } = show(<PublishForm dropped={null} onClose={() => {}} />)
  await user.click(screen.getByText("Or start from a template"))
  await user.type(screen.getByLabelText("Name of the environment"), "Bad name")
  await user.click(screen.getByRole("button", { name: "Show the files" }))
  expect(screen.getByText(/Small letters, digits/)).toBeTruthy()
  await user.clear(screen.getByLabelText("Name of the environment"))
  await user.type(screen.getByLabelText("Name of the environment"), "river-maths")
  await user.selectOptions(screen.getByLabelText("Template"), "tools")
  await user.click(screen.getByRole("button", { name: "Show the files" }))
  const code = (await screen.findByLabelText("river_maths.py")) as HTMLTextAreaElement
  expect(code.value).toContain("vf.ToolEnv")
  await user.click(screen.getByRole("button", { name: "Make the package" }))
  expect(await screen.findByText(/river_maths-0\.1\.0-py3-none-any\.whl/)).toBeTruthy()
  await user.click(screen.getByRole("tab", { name: "pyproject.toml" }))
  const project = screen.getByLabelText("pyproject.toml") as HTMLTextAreaElement
  expect(project.value).not.toMatch(/my.environment/)
  await user.clear(project)
  expect(screen.getByRole("button", { name: "Publish" })).toHaveProperty("disabled", true)
})

test("the files of a Git address become the package, and what is wrong with the address is said", async () => {
  const asked = vi.fn()
  const archive = writeZip([
    { path: "pyproject.toml", bytes: bytesOf('[project]\nname = "echo"\nversion = "0.3.0"\n') },
    { path: "echo.py", bytes: bytesOf("x = 1") },
  ])
  const answers = [
    Response.json({ detail: 'The repository has no folder "none"', errors: [], code: "invalid" }, { status: 422 }),
    new Response(archive),
  ]
  vi.stubGlobal("fetch", async (path: string, { body }: { body: string }) => {
    asked(path, JSON.parse(body))
    return answers.shift()
  })
  const { user } = show(<PublishForm dropped={null} onClose={() => {}} />)
  await user.click(screen.getByText("Or read them from a Git address"))
  await user.click(screen.getByRole("button", { name: "Read the files" }))
  expect(screen.getByText("Enter an address that begins with https://")).toBeTruthy()
  await user.type(screen.getByLabelText("Address of the repository"), "https://git.example/a/b")
  await user.type(screen.getByLabelText("Folder"), "none")
  await user.click(screen.getByRole("button", { name: "Read the files" }))
  expect(await screen.findByText('The repository has no folder "none"')).toBeTruthy()
  await user.clear(screen.getByLabelText("Folder"))
  await user.type(screen.getByLabelText("Token"), "sesame")
  await user.click(screen.getByRole("button", { name: "Read the files" }))
  expect(await screen.findByText(/echo-0\.3\.0-py3-none-any\.whl/)).toBeTruthy()
  expect(asked.mock.calls).toEqual([
    ["/api/v1/git-files", { url: "https://git.example/a/b", ref: "", folder: "none" }],
    ["/api/v1/git-files", { url: "https://git.example/a/b", ref: "", folder: "", token: "sesame" }],
  ])
})
