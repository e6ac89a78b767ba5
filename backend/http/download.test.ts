import { expect, test } from "vitest"
import { streamDownload } from "./download.ts"

async function* parts<T>(...all: T[]) {
  yield* all
}

test("text is sent as UTF-8 and as a file", async () => {
  const response = streamDownload(parts("é", "\n"), "application/jsonl", "results.jsonl")
  expect(response.headers.get("content-type")).toBe("application/jsonl; charset=utf-8")
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="results.jsonl"')
  expect(await response.text()).toBe("é\n")
})

test("bytes are sent as they are, without a character set", async () => {
  const response = streamDownload(parts(new Uint8Array([0, 255]), new Uint8Array([7])), "application/vnd.apache.parquet", "samples.parquet")
  expect(response.headers.get("content-type")).toBe("application/vnd.apache.parquet")
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 7])
})
