import * as z from "zod"
import { limits } from "../limits.ts"

export const ExampleMessage = z.object({ role: z.string(), content: z.string() }).meta({ id: "ExampleMessage" })
export type ExampleMessage = z.infer<typeof ExampleMessage>

/** An example of a dataset, for people to read: long texts are cut, and pictures are named by their kind. */
export const DatasetExample = z
  .object({
    position: z.int().describe("Its place in the dataset, from 0"),
    example_id: z.string(),
    prompt: z.array(ExampleMessage),
    answer: z.string().nullable(),
    info: z.string().nullable().describe("What else the example has, as JSON"),
  })
  .meta({ id: "DatasetExample" })
export type DatasetExample = z.infer<typeof DatasetExample>

export const ListDatasetExamplesQuery = z.object({
  search: z.string().max(limits.searchCharactersMax).optional().describe("Examples that have this text, in upper or lower case"),
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(25),
  offset: z.coerce.number().int().min(0).max(limits.examplesKeptMax).default(0),
})

export const DatasetExamples = z
  .object({
    examples: z.array(DatasetExample),
    total: z.int().describe("How many of the kept ones match"),
    kept: z.int().describe("How many of the first examples are kept: the check reads no more"),
    dataset_size: z.int().nullable(),
    withheld: z.boolean().describe("They were read with the environment's secrets: only who may change it sees them"),
  })
  .meta({ id: "DatasetExamples" })
export type DatasetExamples = z.infer<typeof DatasetExamples>
