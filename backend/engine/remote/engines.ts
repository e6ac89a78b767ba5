import path from "node:path"
import type { Config } from "../../base/config.ts"
import type { EngineConfig } from "../../base/engines/engine-config.ts"
import { pythonBase } from "../install/python-environments.ts"
import type { RemoteEngine } from "./remote-engine.ts"
import { slurmEngine } from "./slurm.ts"

type Kinds = { [Kind in EngineConfig["kind"]]: (given: Extract<EngineConfig, { kind: Kind }>, config: Config) => RemoteEngine }

/** How an engine of each kind is made of what the operator says of it (base/engines/engine-config.ts). */
const kinds: Kinds = {
  slurm: ({ name, partition, account, qos, python, commands, conf, ...given }, config) =>
    slurmEngine({
      ...commonOptions(given),
      name,
      ...(partition ? { partition } : {}),
      ...(account ? { account } : {}),
      ...(qos ? { qos } : {}),
      python: python ?? pythonBase(config),
      programs: programsOf(config),
      variables: {
        ...config.installerVariables,
        PATH: [commands, config.installerVariables.PATH].filter(Boolean).join(":"),
        ...(conf ? { SLURM_CONF: conf } : {}),
      },
    }),
}

const programsOf = ({ root }: Config): string => path.join(root, "runner/src/sandbox")

const commonOptions = ({ folder, platform_url, silence_hours }: Pick<EngineConfig, "folder" | "platform_url" | "silence_hours">) => ({
  folder,
  platformUrl: platform_url.replace(/\/+$/, ""),
  silenceSeconds: silence_hours * 3600,
})

/** The engines that the operator has set up, by the names that runs call them. */
export const enginesOf = (config: Config): RemoteEngine[] =>
  config.engines.map((given) => (kinds[given.kind] as (given: EngineConfig, config: Config) => RemoteEngine)(given, config))
