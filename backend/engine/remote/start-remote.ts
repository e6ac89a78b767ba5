import path from "node:path"
import { stringifyExact } from "../../../contract/index.ts"
import { type Handle, workFiles } from "../../sandbox/executor.ts"
import { addressOf } from "../../sandbox/network.ts"
import { secretFiles } from "../attempt/injection.ts"
import { processOf, programMounts, reachElsewhere } from "../attempt/process-spec.ts"
import type { AttemptSpec } from "../attempt/start.ts"
import type { WorkerContext } from "../worker-context.ts"
import type { RemoteEngine } from "./remote-engine.ts"

/** An attempt of a run, of which it is the one of this number. */
type RemoteSpec = Pick<AttemptSpec, "id" | "interpreter" | "job" | "injection" | "variables" | "reach" | "resources"> & {
  evaluationId: string
  number: number
  engine: RemoteEngine
}

/** Starts the environment's process on another machine. It has the platform's folders there too, under the same names. */
export async function startRemote(context: WorkerContext, attempt: RemoteSpec): Promise<Handle> {
  const { remote, services, python } = context
  const { id, evaluationId, number, interpreter, job, injection, variables, reach = [], engine, resources = {} } = attempt
  const { workDir } = remote.handleOf(id, engine)
  const spec = processOf(services.config, { id, workDir, interpreter, resources })
  const secret = secretFiles(path.join(workDir, workFiles.home), injection.files)
  const files = { ...secret.files, [path.join(workDir, workFiles.job)]: Buffer.from(stringifyExact(job)) }
  return remote.start({
    engine,
    evaluationId,
    number,
    needs: {
      ...(resources.cpuCores === undefined ? {} : { cpus: resources.cpuCores }),
      ...(resources.gpus === undefined ? {} : { gpus: resources.gpus }),
    },
    spec: {
      ...spec,
      env: { ...spec.env, ...injection.variables, ...secret.variables, ...variables },
      mounts: await programMounts(services.config, interpreter, (await python.baseOf(interpreter)).python),
      reach: [addressOf(engine.platformUrl), ...reachElsewhere(services.config, reach)],
    },
    files: Object.fromEntries(Object.entries(files).map(([file, content]) => [path.relative(workDir, file), content])),
  })
}
