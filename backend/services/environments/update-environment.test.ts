import { expect, test } from "vitest"
import { newEnvironment, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { getEnvironment } from "./get-environment.ts"
import { updateEnvironment } from "./update-environment.ts"

const platform = testPlatform()

test("what an environment says of itself changes, and what is not named stays", async () => {
  const mia = await newUser(platform(), "mia")
  await newEnvironment(platform(), mia, { name: "maze" })
  await updateEnvironment(mia, "mia", "maze", { description: "Find the way", readme: "# Maze" })
  await updateEnvironment(mia, "mia", "maze", { tags: ["walk", "maths"] })
  const shown = await getEnvironment(mia, "mia", "maze", "latest")
  expect(shown).toMatchObject({ description: "Find the way", tags: ["walk", "maths"], readme: "# Maze", visibility: "PUBLIC" })
})

test("nobody else changes it", async () => {
  const [ned, oda] = await Promise.all([newUser(platform(), "ned"), newUser(platform(), "oda")])
  await newEnvironment(platform(), ned, { name: "maze" })
  await expect(updateEnvironment(oda, "ned", "maze", { readme: "mine" })).rejects.toMatchObject({ code: "forbidden" })
  expect((await getEnvironment(ned, "ned", "maze", "latest")).readme).toBeNull()
})
