import type { RunField } from "@/contract/index.ts"

/** For tests: a value of a field other than its default, so that a new row of the table is tested without further code. */
export function sampleValue({ kind, shape, options, default: preset }: RunField): unknown {
  const candidates: Record<RunField["kind"], unknown[]> = {
    model: ["some/model"],
    text: ["some text", "some-name"],
    select: options?.map(({ value }) => value) ?? [],
    whole: [7, 150],
    decimal: [0.5],
    money: [2.5],
    switch: [true],
    json: [{ some: 1 }],
    arguments: [],
    secrets: [],
    names: [["some", "names"]],
    headers: [["X-Some: header"]],
  }
  const value = candidates[kind].find((one) => one !== preset && shape.safeParse(one).success)
  if (value === undefined) throw new Error("no sample value fits: add one for its kind")
  return value
}
