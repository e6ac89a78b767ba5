import { isDeepStrictEqual } from "node:util"
import { artifactKey } from "../../base/files.ts"
import { findEnvironmentOwner } from "../../store/environments/environments.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { updateVersion } from "../../store/environments/versions.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import type { WorkerContext } from "../worker-context.ts"

/**
 * Installs a version of an environment, unless that was done before, and stores with it which verifiers and which Python it got.
 * @param say receives the installer's output
 * @returns path of the Python executable that has it
 * @throws InstallError in the installer's words
 */
export async function installVersion(
  { services, python }: Pick<WorkerContext, "services" | "python">,
  version: VersionRecord,
  say: (line: StoredLogLine) => void,
  signal: AbortSignal,
): Promise<string> {
  const owner = await findEnvironmentOwner(services.db, version.environmentId)
  const wheel = {
    ...(owner ? { owner } : {}),
    path: await services.files.localPath(artifactKey(version.id, "wheel")),
    environmentId: version.environmentId,
    filename: version.wheelFilename,
    sha256: version.wheelSha256,
  }
  const sayLine = (text: string) => say({ at: Date.now(), stream: "platform", level: "info", text })
  const interpreter = await python.prepare(wheel, sayLine, signal)
  const { verifiers, pythonVersion, why } = await python.baseOf(interpreter)
  sayLine(`verifiers ${verifiers} on Python ${pythonVersion}: ${why}`)
  const library = { verifiers, python: pythonVersion, why }
  if (!isDeepStrictEqual(version.library, library)) await updateVersion(services.db, version.id, { library })
  return interpreter
}
