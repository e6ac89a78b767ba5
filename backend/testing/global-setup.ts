import { provideTestServices } from "../../scripts/lib/tests/test-services.mjs"
import { createTemplate, dropTemplate } from "./template-database.ts"

/** Runs once before the tests of the platform; returns what undoes it. */
export default async function setup(): Promise<() => Promise<void>> {
  const stop = await provideTestServices(process.env)
  await createTemplate()
  return async () => {
    await dropTemplate()
    await stop()
  }
}
