import { render, screen, within } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test, vi } from "vitest"
import type { Message } from "@/contract/samples/messages/conversation.ts"
import { conversations } from "@/contract/samples/messages/conversations.ts"
import { textView } from "./text-view.ts"
import { Transcript } from "./transcript.tsx"
import { windowOf } from "./window.ts"

const replace = vi.fn()
vi.mock("next/navigation", () => ({ useRouter: () => ({ replace }) }))

const show = (completion: object[], searchParams = {}) => {
  const view = textView(searchParams, "/s")
  const talks = conversations({ prompt: [{ role: "user", content: "q" }], completion })
  return render(<Transcript part={windowOf(talks, view.message)} view={view} />)
}

test("a tool call is one line, which opens to its arguments and its result", () => {
  show([
    { role: "assistant", content: "", tool_calls: [{ id: "a", name: "look_up", arguments: '{"item":"pear"}' }] },
    { role: "tool", tool_call_id: "a", content: "Error: no such item" },
  ])
  const call = within(screen.getByRole("group", { name: "Tool call look_up" }))
  const [line, whole] = screen.getByRole("group", { name: "Tool call look_up" }).children
  expect(line?.textContent).toContain('look_up("pear") → Error: no such item')
  expect(call.getByText("failed")).toBeTruthy()
  for (const text of ['"item": "pear"', "Error: no such item"]) expect(whole?.textContent).toContain(text)
})

test("answers are Markdown or plain, and a model's HTML is text either way", () => {
  const answer = [{ role: "assistant", content: "**bold** <answer>42</answer><img src=x onerror=alert(1)>" }]
  const { container, unmount } = show(answer)
  expect(screen.getByText("bold").tagName).toBe("STRONG")
  expect(container.textContent).toContain("<answer>42</answer>")
  expect(container.querySelector("img")).toBeNull()
  unmount()
  const plain = show(answer, { view: "plain" })
  expect(plain.container.textContent).toContain("**bold** <answer>42</answer><img src=x onerror=alert(1)>")
  expect(plain.container.querySelector("strong, img")).toBeNull()
})

test("a long text is cut, and the link shows all of it in the same view", () => {
  const long = [{ role: "assistant", content: "x".repeat(20_000) }]
  const { unmount } = show(long, { view: "plain", full: "9.0" })
  const link = screen.getByRole("link", { name: "Show all 20,000 characters" })
  expect(link.getAttribute("href")).toBe("/s?view=plain&full=9.0&full=2.0")
  unmount()
  show(long, { full: "2.0" })
  expect(screen.queryByRole("link", { name: /Show all/ })).toBeNull()
})

test("an image elsewhere is named, not loaded", () => {
  const { container } = show([{ role: "assistant", content: [{ type: "image_url", image_url: { url: "https://tracker.example/a.png" } }] }])
  expect(container.querySelector("img")).toBeNull()
  expect(screen.getByText("External image (not loaded):")).toBeTruthy()
})

test("a picture is drawn, and a file is named with its type, size and a download", () => {
  const file = { filename: "paper.pdf", file_data: "data:application/pdf;base64,JVBERi0xLjQKJcOkw7zDtsOf" }
  const { container } = show([
    {
      role: "assistant",
      content: [
        { type: "image", image: "data:image/png;base64,iVBORw0KGgo=" },
        { type: "file", file },
      ],
    },
  ])
  expect(container.querySelector("img")?.getAttribute("src")).toBe("data:image/png;base64,iVBORw0KGgo=")
  expect(screen.getByText("paper.pdf")).toBeTruthy()
  expect(screen.getByText("application/pdf, 18 B")).toBeTruthy()
  expect(screen.getByRole("link", { name: "Download" }).getAttribute("download")).toBe("paper.pdf")
})

test("reasoning is shown, hidden reasoning is noted, and what is left is among the other fields", () => {
  const content = [
    { type: "reasoning", summary: [{ type: "summary_text", text: "Checked 7 and 13." }], encrypted_content: "gAAAAA", id: "rs_1" },
    { type: "text", text: "No." },
  ]
  show([{ role: "assistant", content }])
  expect(screen.getByText("Checked 7 and 13.")).toBeTruthy()
  expect(screen.getByText(/was sent encrypted or redacted/)).toBeTruthy()
  expect(screen.getByText(/"id": "rs_1"/)).toBeTruthy()
})

test("an answer that would take long to format is shown as it was written", () => {
  const answer = `${"*a _b ".repeat(1500)}<answer>42</answer>`
  const { container } = show([{ role: "assistant", content: answer }])
  expect(container.textContent).toContain(answer)
})

const long = Array.from({ length: 5000 }, (_, i) => ({ role: i % 2 ? "user" : "assistant", content: `message **${i + 2}**` }))

test("of a long transcript a part is drawn, with the way to the others", () => {
  const { container, unmount } = show(long)
  expect(container.querySelectorAll("*").length).toBeLessThan(2500)
  expect(screen.getAllByText("Messages 1 to 100 of 5,001")).toHaveLength(2)
  expect(screen.queryByRole("link", { name: "Earlier 100" })).toBeNull()
  expect(screen.getAllByRole("link", { name: "Later 100" })[0]?.getAttribute("href")).toBe("/s?message=101#message-101")
  unmount()
  show(long, { message: "4321" })
  expect(screen.getByRole("link", { name: "Link to message 4321" })).toBeTruthy()
  expect(screen.getAllByRole("link", { name: "Earlier 100" })[0]?.getAttribute("href")).toBe("/s?message=4201#message-4201")
})

test("a link to a message of another part leads there", () => {
  window.location.hash = "#message-4321"
  const { unmount } = show(long)
  expect(replace).toHaveBeenCalledWith("/?message=4321#message-4321")
  unmount()
  replace.mockClear()
  window.location.hash = "#message-17"
  show(long)
  expect(replace).not.toHaveBeenCalled()
  window.location.hash = ""
})

test("of a message with very many parts or calls the beginning is drawn", () => {
  const many = <T,>(one: T) => Array.from({ length: 3000 }, () => one)
  const message = {
    role: "assistant",
    content: many({ type: "text", text: "x" }),
    tool_calls: many({ id: "a", name: "f", arguments: "{}" }),
  }
  const { container } = show([message])
  expect(container.querySelectorAll("*").length).toBeLessThan(3000)
  expect(screen.getByRole("link", { name: "Show all 3,000 parts" }).getAttribute("href")).toBe("/s?full=2.parts")
  expect(screen.getByRole("link", { name: "Show all 3,000 tool calls" }).getAttribute("href")).toBe("/s?full=2.calls")
})

test("a long text of anyone but the model is folded until it is wanted, and a turn folds to its beginning", async () => {
  const user = userEvent.setup()
  show([
    { role: "user", content: "so\n".repeat(40) },
    { role: "assistant", content: "well\n".repeat(40) },
  ])
  await user.click(screen.getByRole("button", { name: "All 41 lines", expanded: false }))
  expect(screen.getByRole("button", { name: "Show less", expanded: true })).toBeTruthy()
  const turn = screen.getByRole("button", { name: "Message 3", expanded: true })
  await user.click(turn)
  expect(turn.getAttribute("aria-expanded")).toBe("false")
  expect(document.getElementById(turn.getAttribute("aria-controls") as string)?.hidden).toBe(true)
  expect(screen.getByText(/^well well well/, { selector: "p.truncate" })).toBeTruthy()
})

test("the place is marked at which a rollout leaves a better one", () => {
  const talks = conversations({ prompt: [{ role: "user", content: "q" }], completion: [{ role: "assistant", content: "4" }] })
  const message = talks[0]?.messages[1] as Message
  render(<Transcript part={windowOf(talks, null)} view={textView({}, "/s")} parting={{ message, from: "rollout 3" }} />)
  const turn = screen.getByText("parts from rollout 3 here").closest("article") as HTMLElement
  expect(within(turn).getByText("4")).toBeTruthy()
})

test("texts find their own direction, code runs from left to right, and names are isolated", () => {
  const calls = [{ id: "a", name: "\u202eevil", arguments: '{"q":"\\u202ex"}' }]
  const { container } = show([{ role: "assistant", name: "\u202elive", content: "שלום!", tool_calls: calls }])
  expect(screen.getByText("שלום!").closest("[dir]")?.getAttribute("dir")).toBe("auto")
  expect(screen.getByText("q", { selector: "p" }).getAttribute("dir")).toBe("auto")
  expect(screen.getByText(/"q": "\\u202ex"/).getAttribute("dir")).toBe("ltr")
  expect([...container.querySelectorAll("bdi")].map((name) => name.textContent)).toEqual(["user", "assistant", "\u202elive", "\u202eevil"])
})

test("a message of verifiers v1 has its model call, the tries before it, and links to what led to it", () => {
  const nodes = [
    { message: { role: "user", content: "sub task" } },
    {
      parent: 0,
      sampled: true,
      message: { role: "assistant", content: "sub answer" },
      semantic_parents: [{ node: 3, type: "subagent_call" }],
    },
    { message: { role: "user", content: "task" } },
    { parent: 2, sampled: true, message: { role: "assistant", content: "delegate" } },
    { parent: 3, sampled: true, message: { role: "assistant", content: "done" }, semantic_parents: [{ node: 1, type: "subagent_return" }] },
  ]
  const calls = [
    { node: null, model: "m", error: { type: "ModelError", message: "503 [/b]" } },
    { node: 4, model: "m", finish_reason: "length", usage: { prompt_tokens: 1200, completion_tokens: 7 }, time: { start: 1, end: 3.5 } },
  ]
  render(<Transcript part={windowOf(conversations({ traces: [{ nodes, calls }] }), null)} view={textView({}, "/s")} />)
  const done = within(screen.getByText("done").closest("article") as HTMLElement)
  expect(done.getByRole("group", { name: "Model call" }).textContent).toBe("1,200 in · 7 out2.5 smended by length")
  expect(done.getByText("ended by length")).toBeTruthy()
  expect(done.getByRole("group", { name: "Failed model call" }).textContent).toContain("ModelError: 503 [/b]")
  expect(done.getByRole("link", { name: "message 2-2" }).getAttribute("href")).toBe("/s?message=2-2#message-2-2")
  expect(screen.getByRole("heading", { name: "sub-agent 1" })).toBeTruthy()
})
