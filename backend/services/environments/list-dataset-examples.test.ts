import { expect, test } from "vitest"
import { replaceDatasetExamples } from "../../store/environments/dataset-examples.ts"
import { updateVersion } from "../../store/environments/versions.ts"
import { newEnvironment, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { listDatasetExamples } from "./list-dataset-examples.ts"

const platform = testPlatform()
const page = { limit: 10, offset: 0 }

const examples = ["Add 1 and 1", "Add 100% and 2_3", "Say zwölf"].map((content, i) => ({
  exampleId: `e${i}`,
  prompt: [
    { role: "system", content: "You count." },
    { role: "user", content },
  ],
  answer: i === 2 ? null : String(i + 2),
  info: i === 0 ? '{"level": "easy"}' : null,
}))

async function environmentOf(slug: string) {
  const ctx = await newUser(platform(), slug)
  const { versionId } = await newEnvironment(platform(), ctx, { name: "sums", datasetSize: 900 })
  await replaceDatasetExamples(ctx.db, versionId, examples)
  return { ctx, versionId, sums: { owner: slug, name: "sums", version: "latest" } }
}

test("the examples come in pages, with what is kept of how many", async () => {
  const { ctx, sums } = await environmentOf("ida")
  const all = await listDatasetExamples(ctx, sums, page)
  expect(all).toMatchObject({ total: 3, kept: 3, dataset_size: 900, withheld: false })
  expect(all.examples[0]).toEqual({ position: 0, example_id: "e0", prompt: examples[0]?.prompt, answer: "2", info: '{"level": "easy"}' })
  const last = await listDatasetExamples(ctx, sums, { limit: 2, offset: 2 })
  expect(last.examples.map(({ position }) => position)).toEqual([2])
})

test("a search looks into messages, answers and the rest, and takes every character as it is", async () => {
  const { ctx, sums } = await environmentOf("jan")
  const found = async (search: string) => (await listDatasetExamples(ctx, sums, { ...page, search })).examples.map((one) => one.example_id)
  expect(await found("add")).toEqual(["e0", "e1"])
  expect(await found("0% and 2_")).toEqual(["e1"])
  expect(await found("%")).toEqual(["e1"])
  expect(await found("ZWÖLF")).toEqual(["e2"])
  expect(await found("easy")).toEqual(["e0"])
  expect(await found("e2")).toEqual(["e2"])
  expect(await found("user")).toEqual([])
  expect(await listDatasetExamples(ctx, sums, { ...page, search: "nowhere" })).toMatchObject({ examples: [], total: 0, kept: 3 })
})

test("examples that were read with secrets are for those who may change the environment", async () => {
  const { ctx, versionId, sums } = await environmentOf("kim")
  const nobody = await serviceContext(platform(), null)
  expect(await listDatasetExamples(nobody, sums, page)).toMatchObject({ total: 3, withheld: false })
  await updateVersion(ctx.db, versionId, { examplesWithSecrets: true })
  expect(await listDatasetExamples(nobody, sums, page)).toEqual({ examples: [], total: 0, kept: 0, dataset_size: 900, withheld: true })
  expect(await listDatasetExamples(ctx, sums, page)).toMatchObject({ total: 3, withheld: false })
})

test("a check that is done again replaces what an earlier one read", async () => {
  const { ctx, versionId, sums } = await environmentOf("lou")
  await replaceDatasetExamples(ctx.db, versionId, examples.slice(2))
  expect((await listDatasetExamples(ctx, sums, page)).examples).toMatchObject([{ position: 0, example_id: "e2" }])
})
