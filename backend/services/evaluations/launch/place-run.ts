import { type HostedEvalConfig, permissionsOf } from "../../../../contract/index.ts"
import { localExecutor } from "../../../base/engines/engine-config.ts"
import { invalid } from "../../../base/errors.ts"
import type { EnvironmentRecord } from "../../../store/environments/environment.ts"
import type { Context } from "../../context.ts"

type Asked = Pick<HostedEvalConfig, "executor" | "cpu_cores" | "memory_gb" | "disk_size_gb" | "gpu_count">
const resources = ["cpu_cores", "memory_gb", "disk_size_gb", "gpu_count"] as const
type Most = Partial<Record<(typeof resources)[number], number>>

const gigabyte = 1024 ** 3

/**
 * Where a run of an environment is to run: where its configuration says, else the environment, else the platform. A run that needs files of
 * this machine stays on it, unless its configuration says otherwise, which is refused.
 * @returns what of that the run's configuration is to name
 * @throws ServiceError that names the field, for an executor that is not here and for what it cannot give
 */
export function placeRun(
  { config: settings }: Pick<Context, "config">,
  config: HostedEvalConfig,
  environment: Pick<EnvironmentRecord, "executor">,
): { executor?: string } {
  const mayTunnel = permissionsOf(config).includes("tunnel")
  const usual = [environment.executor, settings.defaultExecutor].find((name) => isHere(settings, name)) as string
  const name = config.executor ?? (mayTunnel ? localExecutor : usual)
  if (!isHere(settings, name)) {
    const names = [localExecutor, ...settings.engines.map((engine) => engine.name)]
    throw invalid(["eval_config", "executor"], `there is no executor ${JSON.stringify(name)} here: choose ${names.join(" or ")}`)
  }
  const engine = settings.engines.find((one) => one.name === name)
  if (engine && mayTunnel)
    throw invalid(
      ["eval_config", "executor"],
      `is ${name}, and a run that may open tunnels runs on the platform's own machine, where their client is: choose ${localExecutor}, or leave out allow_tunnel_access`,
    )
  if (engine) checkMost(name, config, engine.max as Most)
  else {
    if (typeof config.cpu_cores === "number")
      throw invalid(["eval_config", "cpu_cores"], "is for engines of other machines: on the platform's own, runs share its processors")
    const { memoryBytes, diskBytes } = settings.sandbox
    checkMost(name, config, { memory_gb: memoryBytes / gigabyte, disk_size_gb: diskBytes / gigabyte, gpu_count: 0 })
  }
  return config.executor || engine ? { executor: name } : {}
}

const isHere = ({ engines }: Context["config"], name: string | null): boolean =>
  name === localExecutor || engines.some((engine) => engine.name === name)

function checkMost(name: string, asked: Asked, most: Most): void {
  for (const field of resources) {
    const [wanted, given] = [asked[field] ?? 0, most[field]]
    if (given === undefined || wanted <= given) continue
    throw invalid(
      ["eval_config", field],
      given === 0 ? `is ${wanted}, and ${name} has none for runs` : `is ${wanted}, and on ${name} a run gets at most ${given}`,
    )
  }
}
