import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { CreateBucketCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { readConfig } from "./config.ts"
import type { Files } from "./files.ts"
import { s3Files } from "./s3-files.ts"

// A server that speaks S3: moto.
const program = process.env.S3_SERVER ?? ""
let server: ChildProcess
let client: S3Client
let files: Files
let cache = ""

beforeAll(async () => {
  if (!program) throw new Error("S3_SERVER is not set: run this with npm test, which installs it")
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  server = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" })
  process.env.AWS_ACCESS_KEY_ID = "id"
  process.env.AWS_SECRET_ACCESS_KEY = "secret"
  client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true })
  await vi.waitFor(() => client.send(new CreateBucketCommand({ Bucket: "evals" })), { timeout: 50_000, interval: 300 })
  cache = await mkdtemp(path.join(tmpdir(), "he-cache-"))
  files = s3Files({ bucket: "evals", prefix: "a/b/", endpoint, region: "us-east-1" }, cache)
})
afterAll(async () => {
  server.kill()
  await once(server, "exit")
  await rm(cache, { recursive: true })
})

const keys = async () => (await client.send(new ListObjectsV2Command({ Bucket: "evals" }))).Contents?.map((one) => one.Key) ?? []

test("what is put comes back, under the prefix, and is gone after it was deleted", async () => {
  expect(await files.size("x/y.txt")).toBeNull()
  expect(await files.put("x/y.txt", Readable.from([Buffer.from("hel"), Buffer.from("lo")]))).toBe(5)
  expect(await keys()).toEqual(["a/b/x/y.txt"])
  const listed: string[] = []
  for await (const key of files.list()) listed.push(key)
  expect(listed).toEqual(["x/y.txt"])
  expect(await files.size("x/y.txt")).toBe(5)
  expect(await text(await files.read("x/y.txt"))).toBe("hello")
  await files.delete("x/y.txt")
  await files.delete("x/y.txt")
  expect(await files.size("x/y.txt")).toBeNull()
  await expect(files.localPath("x/y.txt")).rejects.toThrow("There is no file x/y.txt")
  await expect(files.put("../x", Readable.from([]))).rejects.toThrow("not a key")
})

test("a large file goes in parts and comes as a stream; one whose source breaks off leaves nothing", async () => {
  const chunk = Buffer.alloc(1024 ** 2, "0123456789abcdef")
  const source = (chunks: number, end: () => void) =>
    (async function* () {
      for (let i = 0; i < chunks; i++) yield chunk
      end()
    })()
  expect(
    await files.put(
      "large",
      source(20, () => {}),
    ),
  ).toBe(20 * chunk.length)
  let size = 0
  for await (const part of await files.read("large")) size += (part as Buffer).length
  expect(size).toBe(20 * chunk.length)
  const cutOff = () => {
    throw new Error("cut off")
  }
  await expect(files.put("broken", source(20, cutOff))).rejects.toThrow("cut off")
  await expect(files.put("small", source(1, cutOff))).rejects.toThrow("cut off")
  expect(await keys()).toEqual(["a/b/large"])
  expect((await client.send(new ListMultipartUploadsCommand({ Bucket: "evals" }))).Uploads ?? []).toEqual([])
})

test("a local copy is made once per content", async () => {
  await files.put("wheel.whl", Readable.from([Buffer.from("one")]))
  const first = await files.localPath("wheel.whl")
  expect([path.basename(first), await readFile(first, "utf8")]).toEqual(["wheel.whl", "one"])
  expect(await files.localPath("wheel.whl")).toBe(first)
  await files.put("wheel.whl", Readable.from([Buffer.from("two")]))
  const second = await files.localPath("wheel.whl")
  expect([second === first, await readFile(second, "utf8")]).toEqual([false, "two"])
  expect(await readdir(path.dirname(second))).toEqual(["wheel.whl"])
})

test("FILES names a folder or a place in object storage", () => {
  const read = (also: object) =>
    readConfig({ DATABASE_URL: "x", SECRET_KEY: "0f".repeat(32), DATA_DIR: "data", ...also } as unknown as NodeJS.ProcessEnv, "/srv").files
  expect(read({})).toEqual({ folder: "/srv/data/files" })
  expect(read({ FILES: "/mnt/shared" })).toEqual({ folder: "/mnt/shared" })
  expect(read({ FILES: "s3://evals", S3_REGION: "eu-west-1" })).toEqual({
    s3: { bucket: "evals", prefix: "", endpoint: null, region: "eu-west-1" },
  })
  expect(read({ FILES: "s3://evals/team/one/", S3_ENDPOINT: "http://minio:9000" })).toEqual({
    s3: { bucket: "evals", prefix: "team/one/", endpoint: "http://minio:9000", region: "us-east-1" },
  })
  expect(() => read({ FILES: "s3:/evals" })).toThrow("FILES")
})
