import * as z from "zod"

/** A place in the environment's own code. */
export const CodePlace = z
  .object({
    file: z.string().max(500).describe("Path within the environment's package"),
    line: z.int().min(1),
    function: z.string().max(300),
    code: z.string().max(500).describe("The line as it stands there"),
  })
  .meta({ id: "CodePlace" })
export type CodePlace = z.infer<typeof CodePlace>
