import path from "node:path"
import { stringifyExact } from "../../../contract/index.ts"
import { type Handle, workFiles } from "../../sandbox/executor.ts"
import { secretFiles } from "../attempt/injection.ts"
import { processOf } from "../attempt/process-spec.ts"
import type { AttemptSpec } from "../attempt/start.ts"
import type { WorkerContext } from "../worker-context.ts"

/** An attempt of a run, of which it is the one of this number. */
type RemoteSpec = Pick<AttemptSpec, "id" | "interpreter" | "job" | "injection" | "variables"> & { evaluationId: string; number: number }

/** Starts the environment's process on another machine. It has the platform's folders there too, under the same names. */
export async function startRemote(context: WorkerContext, attempt: RemoteSpec): Promise<Handle> {
  const { remote, services } = context
  const { id, evaluationId, number, interpreter, job, injection, variables } = attempt
  const { workDir } = remote.handleOf(id)
  const spec = processOf(services.config, { id, workDir, interpreter })
  const secret = secretFiles(path.join(workDir, workFiles.home), injection.files)
  const files = { ...secret.files, [path.join(workDir, workFiles.job)]: Buffer.from(stringifyExact(job)) }
  return remote.start({
    evaluationId,
    number,
    spec: {
      ...spec,
      env: { ...spec.env, ...injection.variables, ...secret.variables, ...variables },
      mounts: [],
      reach: [],
    },
    files: Object.fromEntries(Object.entries(files).map(([file, content]) => [path.relative(workDir, file), content])),
  })
}
