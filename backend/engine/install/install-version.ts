import { artifactKey } from "../../base/files.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import type { WorkerContext } from "../worker-context.ts"

/**
 * Installs a version of an environment, unless that was done before.
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
  const wheel = {
    path: await services.files.localPath(artifactKey(version.id, "wheel")),
    environmentId: version.environmentId,
    filename: version.wheelFilename,
    sha256: version.wheelSha256,
  }
  return python.prepare(wheel, (text) => say({ at: Date.now(), stream: "platform", level: "info", text }), signal)
}
