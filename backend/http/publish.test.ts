import { createHash, randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { tarOf } from "../testing/archives.ts"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex")

test("an environment is published as the CLI does it, read back, and refused when it does not fit", async () => {
  const id = await publishEnvironment(platform(), "published", echoEnvironment())
  const { body: detail } = await call("GET", "/environmentshub/local/published/@latest")
  expect(detail.data).toMatchObject({
    id,
    name: "published",
    owner: { name: "local" },
    semantic_version: "0.1.0",
    readme: "# published\n",
    eval_defaults: { num_examples: 4, rollouts_per_example: 2 },
    tags: ["test"],
  })
  expect(detail.data.content_hash).toBeUndefined()
  const { body: versions } = await call("GET", "/environmentshub/local/published/versions")
  const [version] = versions.data.versions
  expect((await call("GET", `/environmentshub/local/published/@${version.content_hash.slice(0, 8)}`)).body.data.version_id).toBe(version.id)
  expect((await call("GET", "/environmentshub/local/published/@9.9.9")).status).toBe(404)

  const { body: folder } = await call("GET", "/environmentshub/local/published/@latest/inspect")
  expect(folder.data.entries.map((entry: any) => entry.path)).toEqual(["README.md", "published.py", "pyproject.toml"])
  const { body: file } = await call("GET", "/environmentshub/local/published/@latest/inspect?path=published.py&max_bytes=10")
  expect(file.data).toMatchObject({ kind: "file", encoding: "utf-8", truncated: true })
  expect(file.data.content).toHaveLength(10)
  expect((await call("GET", "/environmentshub/local/published/@latest/inspect?path=../etc/passwd")).status).toBe(404)
  const pulled = await platform().fetch(new Request("http://x/api/v1/environmentshub/local/published/@latest/package"), null)
  expect(pulled.headers.get("content-type")).toBe("application/gzip")

  const same = await call("POST", `/environmentshub/${id}/wheels`, {
    content_hash: version.content_hash,
    filename: "a.whl",
    sha256: sha256("a"),
    semantic_version: "0.1.0",
  })
  expect(same.status).toBe(409)
  expect(same.body.detail).toMatch(/content hash already exists/)
  const other = await call("POST", `/environmentshub/${id}/wheels`, {
    content_hash: sha256("other"),
    filename: "a.whl",
    sha256: sha256("a"),
    semantic_version: "0.1.0",
  })
  expect(other.status).toBe(409)
  expect(other.body.detail).toContain("0.1.0")
})

test("a wheel that is no zip, bytes that differ, a path that climbs out: refused, and nothing is published", async () => {
  const { body } = await call("POST", "/environmentshub/resolve", { name: "hostile" })
  const id = body.data.id
  const put = async (url: string, bytes: Buffer) =>
    platform().fetch(new Request(url.replace(/^https?:\/\/[^/]+/, "http://x"), { method: "PUT", body: new Uint8Array(bytes) }), null)
  const wheel = async (bytes: Buffer, announced = bytes) => {
    const made = await call("POST", `/environmentshub/${id}/wheels`, {
      content_hash: sha256(randomBytes(8)),
      filename: "h-1.0-py3-none-any.whl",
      sha256: sha256(announced),
      semantic_version: null,
    })
    const upload = await put(made.body.data.upload_url, bytes)
    const finalize = await call("POST", `/environmentshub/${id}/wheels/${made.body.data.wheel_id}/finalize`)
    return { upload, finalize }
  }
  const noZip = await wheel(Buffer.from("this is no zip"))
  expect(noZip.upload.status).toBe(200)
  expect(noZip.finalize.status).toBe(422)
  expect(noZip.finalize.body.detail).toContain("not a zip archive")
  const differs = await wheel(Buffer.from("one"), Buffer.from("two"))
  expect(differs.upload.status).toBe(422)
  expect(differs.finalize.body.detail).toContain("not uploaded")
  expect((await put("http://x/api/v1/uploads/forged.token", Buffer.from("x"))).status).toBe(403)
  expect((await call("GET", "/environmentshub/local/hostile/@latest")).status).toBe(404)
  const { readSourceArchive } = await import("../services/environments/archives/source-archive.ts")
  const { writeFile, mkdtemp, rm } = await import("node:fs/promises")
  const folder = await mkdtemp("/tmp/he-archive-")
  const check = async (bytes: Buffer) => {
    await writeFile(`${folder}/a.tar.gz`, bytes)
    return readSourceArchive(`${folder}/a.tar.gz`)
  }
  await expect(check(await tarOf({ "../climb.py": "x" }))).rejects.toThrow("leads out of it")
  await expect(check(await tarOf({ "/abs.py": "x" }))).rejects.toThrow("leads out of it")
  await expect(check(await tarOf({}, (tar) => tar.entry({ name: "link", type: "symlink", linkname: "/etc/passwd" })))).rejects.toThrow(
    "only files and folders",
  )
  await expect(check(Buffer.from("no gzip"))).rejects.toThrow("gzipped tar")
  expect((await check(await tarOf({ "README.md": "# ok", "pyproject.toml": "not = [toml" }))).readme).toBe("# ok")
  await rm(folder, { recursive: true })
})
