import { expect, test } from "vitest"
import type { ModelProvider } from "@/contract/index.ts"
import { CreateProviderRequest } from "@/contract/models/providers.ts"
import { draftFrom, draftOf, emptyDraft, requestOf, slugFrom } from "./provider-draft.ts"

test("a stored provider that is not changed asks for what it is, and its key stays", () => {
  const models = [{ id: "m", input_usd_per_mtok: 1, output_usd_per_mtok: 2, cached_input_usd_per_mtok: 0.1 }]
  const stored = { slug: "lab", name: "Lab", base_url: "https://lab/v1", requests_per_minute: 60, concurrency: null, models }
  expect(requestOf(draftOf(stored as unknown as ModelProvider), models)).toEqual(stored)
})

test("a well-known provider is one key away from what the platform takes", () => {
  const draft = draftFrom({ slug: "ollama", name: "Ollama on this machine", base_url: "http://127.0.0.1:11434/v1", needs_key: false })
  expect(requestOf({ ...draft, key: " sk-1 " })).toMatchObject({ slug: "ollama", name: "Ollama", key: "sk-1" })
  expect(CreateProviderRequest.safeParse(requestOf(draft)).success).toBe(true)
})

test("empty rows are left out, and what is no number is for the platform to refuse", () => {
  const request = requestOf({
    ...emptyDraft,
    slug: "s",
    name: "n",
    base_url: "https://x/v1",
    concurrency: "many",
    models: [
      { id: " ", input: "1", output: "" },
      { id: "m", input: "", output: "" },
    ],
  })
  expect(request.models).toEqual([{ id: "m", input_usd_per_mtok: null, output_usd_per_mtok: null }])
  expect(CreateProviderRequest.safeParse(request).error?.issues[0]?.path).toEqual(["concurrency"])
})

test("a slug is made of a name", () => {
  expect(["Our lab's vLLM", "  Ünïx  ", "---", "x".repeat(50)].map(slugFrom)).toEqual(["our-lab-s-vllm", "n-x", "", "x".repeat(40)])
})
