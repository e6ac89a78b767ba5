import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { Readable } from "node:stream"
import { text } from "node:stream/consumers"
import { expect, test } from "vitest"
import { readConfig } from "./config.ts"
import { decrypt, encrypt, readClaims, signClaims } from "./crypto.ts"
import { folderFiles } from "./files.ts"
import { newId, newTeamId } from "./ids.ts"
import { cleanJson, storableText } from "./json.ts"
import { Settings } from "./settings.ts"

const key = Buffer.alloc(32, 7)

test("ids are 24 lower-case letters and digits, sort by time and avoid the digits that mislead the CLI", () => {
  const ids = Array.from({ length: 5000 }, (_, i) => newId(1_795_000_000_000 + i))
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{24}$/)
  expect(ids.filter((id) => /404|429/.test(id))).toEqual([])
  expect([...ids].sort()).toEqual(ids)
  const sameMoment = Array.from({ length: 5000 }, () => newId(1_795_000_000_000))
  expect([...new Set(sameMoment)].sort()).toEqual(sameMoment)
  expect(sameMoment.filter((id) => /404|429/.test(id))).toEqual([])
  const misleading = Number.parseInt("m0404zz00", 36)
  const beside = Array.from({ length: 5000 }, (_, i) => newId(misleading - 2500 + i))
  expect(beside.filter((id) => /404|429/.test(id))).toEqual([])
  expect([...beside].sort()).toEqual(beside)
  expect(newTeamId()).toMatch(/^c[a-z0-9]{24}$/)
})

test("a sealed secret opens with its key and context only, and not when a byte changed", () => {
  const sealed = encrypt(key, "s3cret", "run:1")
  expect(sealed.includes("s3cret")).toBe(false)
  expect(decrypt(key, sealed, "run:1")).toBe("s3cret")
  expect(() => decrypt(key, sealed, "run:2")).toThrow()
  expect(() => decrypt(Buffer.alloc(32, 8), sealed, "run:1")).toThrow()
  sealed[sealed.length - 1] = (sealed.at(-1) as number) ^ 1
  expect(() => decrypt(key, sealed, "run:1")).toThrow()
})

test("signed claims cannot be changed", () => {
  const signed = signClaims(key, { id: "a", until: 1 })
  expect(readClaims(key, signed)).toEqual({ id: "a", until: 1 })
  const [, signature] = signed.split(".")
  expect(readClaims(key, `${Buffer.from('{"id":"b"}').toString("base64url")}.${signature}`)).toBeNull()
  expect(readClaims(key, "nonsense")).toBeNull()
})

test("JSON that Postgres would refuse is made fit, in keys too", () => {
  expect(cleanJson({ "a\0": ["\ud83d", { b: "ok\0" }] })).toEqual({ "a\uFFFD": ["\uFFFD", { b: "ok\uFFFD" }] })
})

test("JSON text for the database is the text itself where it can be stored, and a cleaned one where it cannot", () => {
  const fine = { "a😀": ["\\u0000 is a text", 1.5, null, true] }
  expect(storableText(fine)).toBe(JSON.stringify(fine))
  expect(storableText([{ "a\0": "\ud83d" }, "b\udc00c", "😀"])).toBe(JSON.stringify([{ "a\uFFFD": "\uFFFD" }, "b\uFFFDc", "😀"]))
})

test("the configuration names everything that is wrong at once", () => {
  expect(() => readConfig({ PORT: "0", SECRET_KEY: "short" } as unknown as NodeJS.ProcessEnv)).toThrow(
    /PORT[\s\S]*DATABASE_URL[\s\S]*SECRET_KEY/,
  )
})

test("a run that names no time limit has a day, or what is nearest to it within the operator's bounds", () => {
  const given = { DATABASE_URL: "postgres://", SECRET_KEY: "0".repeat(64) }
  const timeout = (bounds: object) => readConfig({ ...given, ...bounds } as unknown as NodeJS.ProcessEnv).timeoutMinutes
  expect(timeout({})).toEqual({ min: 120, max: 1440, default: 1440 })
  expect(timeout({ TIMEOUT_MINUTES_MAX: "60" })).toEqual({ min: 60, max: 60, default: 60 })
  expect(timeout({ TIMEOUT_MINUTES_MIN: "1", TIMEOUT_MINUTES_MAX: "10080" })).toEqual({ min: 1, max: 10_080, default: 1440 })
  expect(timeout({ TIMEOUT_MINUTES_MIN: "2000", TIMEOUT_MINUTES_MAX: "2880" })).toMatchObject({ default: 2000 })
  expect(() => timeout({ TIMEOUT_MINUTES_MIN: "2000" })).toThrow("TIMEOUT_MINUTES_MIN")
})

test("the documentation of the settings names each of them, with its default", async () => {
  const page = await readFile(path.join(import.meta.dirname, "../../docs/operations.md"), "utf8")
  const rows = page.split("\n").filter((line) => line.startsWith("| `"))
  // The launcher sets the first three, a row may name a family, and isolation is explained in a table of its own.
  const unlisted = [
    "PYTHON_BASE",
    "UV",
    "LOCAL_MODEL_FOLDER",
    "SANDBOXES_MAX_MEMORY_GB",
    "SANDBOXES_MAX_DISK_GB",
    "SANDBOX",
    "SANDBOX_REQUIRED",
    "SANDBOX_AS_ROOT",
  ]
  for (const name of Object.keys(Settings.shape).filter((one) => !unlisted.includes(one)))
    expect(
      rows.some((row) => row.split("|")[1]?.includes(`\`${name}\``)),
      name,
    ).toBe(true)
  const given = { DATABASE_URL: "postgres://", SECRET_KEY: "0".repeat(64) }
  for (const [name, value] of Object.entries(Settings.parse(given))) {
    const row = rows.find((one) => one.split("|")[1]?.trim() === `\`${name}\``)
    if (row && !(name in given) && !unlisted.includes(name) && value !== "") expect(row.split("|")[2]?.trim(), name).toBe(String(value))
  }
})

test("without a pooler there is one address of the database", () => {
  const given = { DATABASE_URL: "postgres://pooler", SECRET_KEY: "0".repeat(64) } as unknown as NodeJS.ProcessEnv
  expect(readConfig(given).directDatabaseUrl).toBe("postgres://pooler")
  expect(readConfig({ ...given, DATABASE_DIRECT_URL: "postgres://itself" })).toMatchObject({
    databaseUrl: "postgres://pooler",
    directDatabaseUrl: "postgres://itself",
  })
})

test("a file is stored whole or not at all, and no key climbs out of the folder", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "he-files-"))
  const files = folderFiles(root)
  expect(await files.put("a/b.txt", Readable.from([Buffer.from("hello")]))).toBe(5)
  expect(await text(await files.read("a/b.txt"))).toBe("hello")
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from("half")
      throw new Error("cut off")
    })(),
  )
  await expect(files.put("a/c.txt", broken)).rejects.toThrow("cut off")
  expect(await readdir(path.join(root, "a"))).toEqual(["b.txt"])
  // As a process leaves it that is killed while it stores a file.
  await writeFile(path.join(root, "a/b.txt.part-1-2"), "hel")
  await writeFile(path.join(root, "a/b.txt.part-of-another-name"), "x")
  await files.delete("a/b.txt")
  expect(await readdir(path.join(root, "a"))).toEqual(["b.txt.part-of-another-name"])
  await files.delete("none/at/all")
  for (const climbing of ["../x", "/etc/passwd", "a/../../x", ""])
    await expect(files.put(climbing, Readable.from([]))).rejects.toThrow("not a key")
  await rm(root, { recursive: true })
})
