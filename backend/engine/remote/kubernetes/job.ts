import path from "node:path"
import { JobRefused, type RemoteNeeds } from "../remote-engine.ts"
import type { KubernetesOptions } from "./options.ts"

/** Marks what belongs to the platform, for people who look at the cluster. */
export const managedBy = { "app.kubernetes.io/managed-by": "hosted-evals" }
/** Under this label pods, and the policy for their network, have the name of their job. */
export const jobLabel = "hosted-evals/job"
/** The key of the token in a job's Secret. */
export const tokenKey = "token"

/** What NVIDIA's device plugin calls a GPU. */
export const gpuResourceDefault = "nvidia.com/gpu"
const userDefault = 65_532
const secondsMaxDefault = 7 * 24 * 3600
/** What the programs around the environment's need beside it. */
const memoryBesideBytes = 64 * 1024 ** 2
const diskBesideBytes = 64 * 1024 ** 2
/** As long as a stopped attempt has to send what it wrote. */
const graceSeconds = 30
/** A node that is not heard of for this long has lost its pods. Kubernetes waits for five minutes by itself. */
const nodeLostSeconds = 30

interface PodWords {
  name: string
  command: string[]
  env?: object[]
  volumes?: object[]
  volumeMounts?: object[]
  resources: { requests: Record<string, string>; limits: Record<string, string> }
  seconds: number
  suspend: boolean
}

/**
 * A Job of one pod that nothing makes again, within the `restricted` Pod Security Standard.
 * @param words what it is called, runs and may use
 */
export function jobWith(options: KubernetesOptions, words: PodWords): object {
  const { name, command, env = [], volumes = [], volumeMounts = [], resources, seconds, suspend } = words
  const { image, imagePullPolicy, imagePullSecrets, runtimeClass, priorityClass, queue, nodeSelector, tolerations = [] } = options
  const user = options.user ?? userDefault
  const labels = { ...managedBy, [jobLabel]: name }
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels: { ...labels, ...(queue && { "kueue.x-k8s.io/queue-name": queue }) } },
    spec: {
      suspend,
      // One attempt is one pod: whether there is another is the platform's to say. A pod of a lost node may come back.
      backoffLimit: 0,
      podReplacementPolicy: "Failed",
      activeDeadlineSeconds: seconds,
      ttlSecondsAfterFinished: 600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: graceSeconds,
          ...(imagePullSecrets && { imagePullSecrets: imagePullSecrets.map((one) => ({ name: one })) }),
          ...(runtimeClass && { runtimeClassName: runtimeClass }),
          ...(priorityClass && { priorityClassName: priorityClass }),
          ...(nodeSelector && { nodeSelector }),
          tolerations: [
            ...tolerations,
            ...["not-ready", "unreachable"].map((what) => ({
              key: `node.kubernetes.io/${what}`,
              operator: "Exists",
              effect: "NoExecute",
              tolerationSeconds: nodeLostSeconds,
            })),
          ],
          securityContext: {
            runAsNonRoot: true,
            runAsUser: user,
            runAsGroup: user,
            fsGroup: user,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "attempt",
              image,
              ...(imagePullPolicy && { imagePullPolicy }),
              command,
              env,
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
              resources,
              volumeMounts,
            },
          ],
          volumes,
        },
      },
    },
  }
}

/**
 * The Job of an attempt: it opens the attempt (`sandbox ship`), with the token from the Secret of its own name. Nothing in it can be written but
 * the attempt's own folder and /tmp, which are one volume of limited size.
 * @throws JobRefused that names a folder which is in no claim and not in the image
 */
export function attemptJob(options: KubernetesOptions, name: string, needs: RemoteNeeds): object {
  const { python, programs, platformUrl, folder, secondsMax = secondsMaxDefault, gpuResource = gpuResourceDefault } = options
  const { limits, outputBytesMax, cpus = options.cpus ?? 1, gpus = 0 } = needs
  const memory = String(limits.memoryBytes + memoryBesideBytes)
  // What is printed is kept beside what the program writes, as much of each of its two kinds.
  const disk = limits.diskBytes + 2 * outputBytesMax + diskBesideBytes
  const gpu: Record<string, string> = gpus > 0 ? { [gpuResource]: String(gpus) } : {}
  const mounts = claimMounts(options, needs.mounts)
  return jobWith(options, {
    name,
    command: [python, "-I", "-S", programs, "ship"],
    env: [
      { name: "ATTEMPT_URL", value: platformUrl },
      { name: "ATTEMPT_TOKEN", valueFrom: { secretKeyRef: { name, key: tokenKey } } },
    ],
    volumes: [{ name: "work", emptyDir: { sizeLimit: String(disk) } }, ...mounts.volumes],
    volumeMounts: [
      { name: "work", mountPath: folder, subPath: "attempts" },
      { name: "work", mountPath: "/tmp", subPath: "tmp" },
      // A Python of root's lies there, and images keep the folder closed.
      ...(needs.mounts.some(({ target }) => isWithin("/root", target)) ? [{ name: "work", mountPath: "/root", subPath: "root" }] : []),
      ...mounts.volumeMounts,
    ],
    resources: {
      requests: { cpu: String(cpus), memory, "ephemeral-storage": String(disk), ...gpu },
      limits: { memory, "ephemeral-storage": String(disk + diskBesideBytes), ...gpu },
    },
    seconds: secondsMax,
    // Until its Secret and its policy are there. With Kueue a job begins like this, and Kueue lets it go.
    suspend: true,
  })
}

/** Folders of the platform as volumes: those parts of the claims alone that an attempt may see. */
function claimMounts({ claims, imageFolders = [], folder, programs }: KubernetesOptions, mounts: RemoteNeeds["mounts"]) {
  const used = new Map<string, object>()
  const volumeMounts = new Map<string, object>()
  for (const { source, target } of [...mounts, { source: path.posix.dirname(programs), target: path.posix.dirname(programs) }]) {
    if (imageFolders.some((one) => isWithin(one, source))) continue
    const at = claims.findIndex((claim) => isWithin(claim.folder, source))
    const claim = claims[at]
    if (!claim)
      throw new JobRefused(`${source} is in no volume that the engine is set up with, and the image does not have it: see its claims`)
    if (isWithin(folder, target)) throw new JobRefused(`${target} lies in the folder of attempts, ${folder}`)
    const name = `claim-${at}`
    used.set(name, { name, persistentVolumeClaim: { claimName: claim.name, readOnly: true } })
    const subPath = path.posix.relative(claim.folder, source)
    volumeMounts.set(target, { name, mountPath: target, readOnly: true, ...(subPath && { subPath }) })
  }
  return { volumes: [...used.values()], volumeMounts: [...volumeMounts.values()] }
}

const isWithin = (folder: string, file: string): boolean => {
  const way = path.posix.relative(folder, file)
  return way !== ".." && !way.startsWith("../")
}
