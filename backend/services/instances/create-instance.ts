import type { CreateInstanceRequest, Instance } from "../../../contract/index.ts"
import { encrypt, sandboxSecretsContext } from "../../base/crypto.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { findInstanceSupport, insertInstance } from "../../store/instances/instances.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { makerOf, requireMaker } from "../identity/made-by.ts"
import { findOwnTeam } from "../identity/teams.ts"
import { cloudId, cpuNode, hostSystem, provider, requireInstances, sizes } from "./offer.ts"
import { requireInstance } from "./require-instance.ts"
import { toInstance } from "./to-instance.ts"

/**
 * Stores an instance for a worker to start. One that a run's code makes belongs to the run, and to the team that the run was launched for.
 * @throws ServiceError for what this platform has no means for, with the field; 501 where instances are switched off, 503 when no worker keeps
 *   them, 402 when the budget of the account is used up
 */
export async function createInstance(ctx: Context, input: CreateInstanceRequest): Promise<Instance> {
  requireInstances(ctx)
  const caller = requireMaker(ctx)
  checkMeans(ctx, input)
  const { pod } = input
  const size = {
    vcpus: pod.vcpus ?? sizes(ctx).vcpus.usual,
    memory: pod.memory ?? sizes(ctx).memory.usual,
    diskSize: pod.diskSize ?? sizes(ctx).diskSize.usual,
  }
  checkSize(ctx, size)
  const { perUser, usdPerHour } = ctx.config.instances
  const team = input.team?.teamId
  const maker = makerOf(ctx, team ? ((await findOwnTeam(ctx, team)) ?? team) : null)
  const excess = usdPerHour > 0 ? await ctx.budgets.excessOfAccount(maker) : null
  if (excess) throw new ServiceError("payment_required", excess)
  const minutes = minutesOf(ctx, pod)
  const { offered, refusal } = await findInstanceSupport(ctx.db)
  if (!offered) throw new ServiceError("unavailable", refusal ?? "Instances are not available at the moment: no running worker keeps them")
  const id = newId()
  const name = pod.name ?? `instance-${id.slice(-6)}`
  const variables = Object.fromEntries((pod.envVars ?? []).map(({ key, value }) => [key, value]))
  await ctx.db.transaction(async (tx) => {
    const values = { ...maker, name, cloudId, usdPerHour, hours: minutes / 60, budgetUsd: pod.budgetUsd ?? null }
    const sandbox = {
      id,
      ...maker,
      name,
      image: pod.image ?? hostSystem,
      startCommand: null,
      cpuCores: size.vcpus,
      memoryGb: size.memory,
      diskGb: size.diskSize,
      networkAccess: true,
      timeoutMinutes: minutes,
      // Who gives variables to a machine may mean them as secrets: the request does not say.
      sealedSecrets:
        Object.keys(variables).length > 0 ? encrypt(ctx.config.secretKey, JSON.stringify(variables), sandboxSecretsContext(id)) : null,
      labels: [],
      status: "PENDING" as const,
    }
    if (!(await insertInstance(tx, values, sandbox, perUser)))
      throw new ServiceError(
        "limit_reached",
        `${caller.kind === "run" ? "Whoever launched this run has" : "You have"} the maximum number of instances, ${perUser}: terminate one of them first`,
      )
    await record(ctx, tx, { action: "instance.create", target: { kind: "instance", id, name }, teamId: maker.teamId, details: size })
  })
  return toInstance(ctx, await requireInstance(ctx, id))
}

/** How many whole minutes it may be there. @throws ServiceError where that is less than one, or more than there are */
function minutesOf({ config }: Context, { hours, budgetUsd }: CreateInstanceRequest["pod"]): number {
  const { hoursMax, usdPerHour } = config.instances
  if (hours && hours > hoursMax) throw invalid(["pod", "hours"], `at most ${hoursMax} on this platform`)
  const paid = budgetUsd && usdPerHour > 0 ? budgetUsd / usdPerHour : Number.POSITIVE_INFINITY
  const minutes = Math.floor(Math.min(hours ?? hoursMax, paid) * 60)
  if (minutes >= 1) return minutes
  throw hours && hours <= paid
    ? invalid(["pod", "hours"], "at least a minute, which is 0.017")
    : invalid(["pod", "budgetUsd"], `at least what a minute costs, which is ${(usdPerHour / 60).toPrecision(3)}`)
}

const words = { vcpus: "processors", memory: "GB", diskSize: "GB" } as const

function checkSize(ctx: Context, size: Record<keyof typeof words, number>): void {
  const bounds = sizes(ctx)
  for (const field of Object.keys(words) as (keyof typeof words)[]) {
    const { min, max } = bounds[field]
    if (size[field] < min || size[field] > max) throw invalid(["pod", field], `between ${min} and ${max} ${words[field]} on this platform`)
  }
}

function checkMeans({ config }: Context, { pod, disks, provider: asked, teamMemberIds }: CreateInstanceRequest): void {
  const { usdPerHour } = config.instances
  const refuse = (field: string, message: string) => {
    throw invalid(field.split("."), message)
  }
  if (pod.cloudId !== cloudId) refuse("pod.cloudId", `there is no such machine here: /availability/gpus has ${cloudId}`)
  if (pod.gpuType !== cpuNode) refuse("pod.gpuType", `this platform has no GPUs for instances: ${cpuNode} is a machine without them`)
  if (pod.gpuCount > 1) refuse("pod.gpuCount", "an instance is one machine: at most 1")
  if (asked?.type && asked.type !== provider) refuse("provider.type", `the provider of machines here is ${provider}`)
  if (pod.maxPrice !== null && pod.maxPrice !== undefined && pod.maxPrice < usdPerHour)
    refuse("pod.maxPrice", `an hour costs ${usdPerHour} US dollars here`)
  if (disks?.length) refuse("disks", "this platform rents out no disks: leave it out")
  if (pod.customTemplateId) refuse("pod.customTemplateId", "this platform keeps no templates: leave it out")
  if (pod.jupyterPassword) refuse("pod.jupyterPassword", "instances here run no Jupyter by themselves: leave it out")
  if (pod.autoRestart) refuse("pod.autoRestart", "an instance that has ended is not started again: leave it out")
  if (teamMemberIds?.length) refuse("teamMemberIds", "an instance is shared with all who may run things in its team: leave it out")
}
