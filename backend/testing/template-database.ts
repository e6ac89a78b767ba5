import { randomBytes } from "node:crypto"
import path from "node:path"
import { withClient } from "../store/db.ts"
import { migrateDatabase } from "../store/migrate.ts"

/** Carries the template's name from vitest to its workers. Each run has its own, so that two can share one server. */
const nameVariable = "TEST_DATABASE_TEMPLATE"

/** The server that tests make their databases on. */
const server = (): string => {
  if (!process.env.TEST_DATABASE_URL) throw new Error("TEST_DATABASE_URL is not set: run the test with vitest, which starts a Postgres")
  return process.env.TEST_DATABASE_URL
}

const administer = (statement: string) => withClient(server(), (client) => client.query(statement))

/** Makes a migrated database, once per test run; each test file gets a copy of it. */
export async function createTemplate(): Promise<void> {
  const { name, url } = await createDatabase("he_template")
  process.env[nameVariable] = name
  await migrateDatabase(url, path.join(import.meta.dirname, "../store/migrations"))
}

export async function dropTemplate(): Promise<void> {
  await dropDatabase(process.env[nameVariable] ?? "")
}

/** A new database, empty or a copy of `template`, under a name that no other test run uses. */
export async function createDatabase(prefix: string, template = "template1"): Promise<{ name: string; url: string }> {
  const name = `${prefix}_${randomBytes(6).toString("hex")}`
  await administer(`create database ${name} template ${template}`)
  return { name, url: withDatabase(server(), name) }
}

/** A new database with the platform's schema. */
export const createMigratedDatabase = (): Promise<{ name: string; url: string }> =>
  createDatabase("he_test", process.env[nameVariable] ?? "template1")

export async function dropDatabase(name: string): Promise<void> {
  await administer(`drop database if exists ${name} with (force)`)
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const [address = "", query] = url.split("?")
  return `${address.slice(0, address.lastIndexOf("/"))}/${name}${query ? `?${query}` : ""}`
}
