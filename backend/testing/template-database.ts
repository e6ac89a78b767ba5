import path from "node:path"
import pg from "pg"
import { migrateDatabase } from "../store/migrate.ts"

export const templateName = "he_test_template"

/** Makes a migrated database once per test run; each test file gets a copy of it. */
export default async function setup(): Promise<void> {
  const url = process.env.TEST_DATABASE_URL
  if (!url) throw new Error("TEST_DATABASE_URL is not set: run the tests with npm test -- unit, which starts a Postgres of their own")
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`drop database if exists ${templateName} with (force)`)
  await client.query(`create database ${templateName}`)
  await client.end()
  await migrateDatabase(withDatabase(url, templateName), path.join(import.meta.dirname, "../store/migrations"))
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const [address = "", query] = url.split("?")
  return `${address.slice(0, address.lastIndexOf("/"))}/${name}${query ? `?${query}` : ""}`
}
