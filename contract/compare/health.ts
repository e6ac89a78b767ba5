import * as z from "zod"

export const CompareHealthResponse = z
  .object({
    columns: z
      .array(
        z.object({
          first_example: z.string(),
          examples: z.int().describe("How many neighbouring examples the column stands for"),
          means: z.array(z.number().nullable()).describe("Of each run, in the order asked for; null where it has no reward"),
        }),
      )
      .describe("All examples from hard to easy in at most 200 columns"),
    shared: z.int().describe("Examples for which every run has a reward"),
    alike: z.int().describe("How many of them give every run the same mean"),
    against: z
      .array(z.object({ example_id: z.string(), discrimination: z.number() }))
      .nullable()
      .describe("Shared examples on which runs that are better elsewhere do worse, at most 10; null with fewer than four runs"),
    against_count: z.int(),
  })
  .meta({ id: "CompareHealthResponse" })
export type CompareHealthResponse = z.infer<typeof CompareHealthResponse>
