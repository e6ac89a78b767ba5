// Writes docs/openapi.json from the endpoint table; with --check it only compares, and exits with 1 when they differ.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { openApiDocument } from "../backend/http/openapi.ts"

const file = new URL("../docs/openapi.json", import.meta.url)
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
const written = `${JSON.stringify(openApiDocument(version), null, 2)}\n`

if (process.argv.includes("--check")) {
  const found = readFileSync(file, "utf8")
  if (found !== written) {
    console.error("docs/openapi.json is not what the contract says: run npm run openapi and commit the result")
    process.exit(1)
  }
} else {
  mkdirSync(new URL("../docs/", import.meta.url), { recursive: true })
  writeFileSync(file, written)
}
