import path from "node:path"
import type { Config } from "../../base/config.ts"
import type { EngineConfig } from "../../base/engines/engine-config.ts"
import { pythonBase } from "../install/python-environments.ts"
import { kubernetesEngine } from "./kubernetes/kubernetes.ts"
import type { KubernetesOptions, PolicyPeer, Toleration } from "./kubernetes/options.ts"
import { rayEngine } from "./ray/ray.ts"
import type { RemoteEngine } from "./remote-engine.ts"
import { slurmEngine } from "./slurm.ts"

type Kinds = { [Kind in EngineConfig["kind"]]: (given: Extract<EngineConfig, { kind: Kind }>, config: Config) => RemoteEngine }

/** How an engine of each kind is made of what the operator says of it (base/engines/engine-config.ts). */
const kinds: Kinds = {
  slurm: ({ name, partition, account, qos, gpu_resource, python, commands, conf, ...given }, config) =>
    slurmEngine({
      ...commonOptions(given),
      name,
      ...(partition ? { partition } : {}),
      ...(account ? { account } : {}),
      ...(qos ? { qos } : {}),
      ...(gpu_resource ? { gpuResource: gpu_resource } : {}),
      python: python ?? pythonBase(config),
      programs: programsOf(config),
      variables: {
        ...config.installerVariables,
        PATH: [commands, config.installerVariables.PATH].filter(Boolean).join(":"),
        ...(conf ? { SLURM_CONF: conf } : {}),
      },
    }),
  ray: ({ name, server, ca_file, token_file, python, cpus, resources, label_selector, ...given }, config) =>
    rayEngine({
      ...commonOptions(given),
      name,
      access: { server: withoutSlash(server), tokenFile: token_file, ...(ca_file && { caFile: ca_file }) },
      python: python ?? pythonBase(config),
      programs: programsOf(config),
      cpus,
      ...(resources && { resources }),
      ...(label_selector && { labelSelector: label_selector }),
    }),
  kubernetes: (given, config) =>
    kubernetesEngine({
      ...kubernetesOptions(given),
      programs: programsOf(config),
      secondsMax: config.timeoutMinutes.max * 60 + secondsAfterLimit,
    }),
}

/** A run may take some time to end at its limit by itself. */
const secondsAfterLimit = 3600

/** The same in the engine's own names; what the file leaves out is left out. */
function kubernetesOptions(given: Extract<EngineConfig, { kind: "kubernetes" }>): Omit<KubernetesOptions, "programs" | "secondsMax"> {
  const { image, python, claims, user, cpus, queue, tolerations } = given
  const { server, ca_file, token_file, namespace, gpu_resource, runtime_class, priority_class, node_selector, platform_peers } = given
  return {
    ...commonOptions(given),
    name: given.name,
    access: { server, caFile: ca_file, tokenFile: token_file, namespace },
    image,
    python,
    claims,
    imageFolders: given.image_folders,
    cpus,
    ...(given.image_pull_policy && { imagePullPolicy: given.image_pull_policy }),
    ...(given.image_pull_secrets && { imagePullSecrets: given.image_pull_secrets }),
    ...(user && { user }),
    ...(gpu_resource && { gpuResource: gpu_resource }),
    ...(runtime_class && { runtimeClass: runtime_class }),
    ...(priority_class && { priorityClass: priority_class }),
    ...(queue && { queue }),
    ...(node_selector && { nodeSelector: node_selector }),
    ...(tolerations && { tolerations: tolerations as Toleration[] }),
    ...(platform_peers && { platformPeers: platform_peers as PolicyPeer[] }),
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "")

const programsOf = ({ root }: Config): string => path.join(root, "runner/src/sandbox")

const commonOptions = ({ folder, platform_url, silence_hours }: Pick<EngineConfig, "folder" | "platform_url" | "silence_hours">) => ({
  folder,
  platformUrl: withoutSlash(platform_url),
  silenceSeconds: silence_hours * 3600,
})

/** The engines that the operator has set up, by the names that runs call them. */
export const enginesOf = (config: Config): RemoteEngine[] =>
  config.engines.map((given) => (kinds[given.kind] as (given: EngineConfig, config: Config) => RemoteEngine)(given, config))
