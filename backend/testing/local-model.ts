import { localModelFolder, prepareLocalModel } from "../../scripts/lib/local-model.mjs"
import { readSettings } from "../../scripts/lib/settings.mjs"

/** The folder of the model that runs on this machine: `npm test` prepares it; for a vitest started by hand the first test that asks does. */
export async function localModelForTests(): Promise<string> {
  const { TEST_LOCAL_MODEL, DATA_DIR, PYTHON_BASE = "python3", UV = "uv" } = process.env
  if (TEST_LOCAL_MODEL) return TEST_LOCAL_MODEL
  const folder = localModelFolder(readSettings({ DATA_DIR }).dataDir)
  await prepareLocalModel({ folder, python: { python: PYTHON_BASE, uv: UV } })
  return folder
}
