import { mkdir, symlink, writeFile } from "node:fs/promises"
import path from "node:path"
import { type RunnerJob, stringifyExact } from "../../../contract/index.ts"
import { type Handle, workFiles } from "../../sandbox/executor.ts"
import type { Engine } from "../engine.ts"
import { attemptFolder, removeAttempt } from "./folder.ts"
import { type Injection, secretFiles } from "./injection.ts"
import { prepareSpec, type RunResources } from "./process-spec.ts"

export interface AttemptSpec {
  /** Names the attempt and its folder. Never used twice for different work. */
  id: string
  /** Path of the Python that has the version installed. */
  interpreter: string
  job: RunnerJob
  injection: Injection
  /** The platform's own variables; nothing injected overrides them. */
  variables?: Record<string, string>
  /** host:port that this attempt may reach in addition to what every attempt may. */
  reach?: string[]
  /** What it may use besides what every attempt may. */
  resources?: RunResources
  /** Writes what is too much for memory beside the job file, into this folder, before the process starts. */
  prepare?: (folder: string) => Promise<void>
}

/** Starts the environment's process in a new folder, or hands the job to a warm process of the same version. */
export async function startAttempt(engine: Engine, attempt: AttemptSpec): Promise<Handle> {
  const { id, interpreter, reach = [], resources = {}, prepare } = attempt
  const isLikeOthers = !prepare && reach.length === 0 && Object.keys(resources).length === 0 && !changesImports(attempt.injection)
  const warm = isLikeOthers ? engine.warm.take(interpreter) : undefined
  if (warm) {
    await removeAttempt(engine, id)
    // The folder keeps the name it was made with; this is how the attempt's own name leads there.
    await symlink(warm.handle.workDir, attemptFolder(engine, id))
    const { env, files } = inputOf(attempt, warm.handle.workDir)
    // The process writes the files itself: the folder is its own by now, and may hold links to something that is not.
    const encoded = Object.fromEntries(Object.entries(files).map(([file, content]) => [file, content.toString("base64")]))
    if (warm.release(JSON.stringify({ env, files: encoded }))) return warm.handle
  }
  const spec = await prepareSpec(engine, id, interpreter, resources)
  const { env, files } = inputOf(attempt, spec.workDir)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, content, { mode: 0o600 })
  }
  await prepare?.(path.dirname(path.join(spec.workDir, workFiles.job)))
  return engine.executor.start({ ...spec, env: { ...spec.env, ...env }, reach: [...spec.reach, ...reach] })
}

/** The variables and files that make a process of the environment this attempt. */
function inputOf({ job, injection, variables }: AttemptSpec, workDir: string) {
  const secret = secretFiles(path.join(workDir, workFiles.home), injection.files)
  return {
    env: { ...injection.variables, ...secret.variables, ...variables },
    files: { ...secret.files, [path.join(workDir, workFiles.job)]: Buffer.from(stringifyExact(job)) },
  }
}

/** Libraries read these while they are imported, which a warm process has done already. */
const readByImports =
  /^(PYTHON|LD_|HF_|HUGGINGFACE_|TRANSFORMERS_|DATASETS_|TOKENIZERS_|OMP_|MKL_|OPENBLAS_|ARROW_|TORCH|CUDA_|LC_|LANG|TZ$|PATH$|HOME$|TMPDIR$)|_PROXY$/i

const changesImports = ({ variables, files }: Injection): boolean =>
  [...Object.keys(variables), ...Object.keys(files)].some((name) => readByImports.test(name))
