import { type CreateSandboxRequest, canonicalPolicy } from "../../../contract/index.ts"
import { encrypt, hashRequest, sandboxSecretsContext } from "../../base/crypto.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { holdCheckpoint } from "../../store/checkpoints/checkpoints.ts"
import type { NewSandbox, SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { findSandboxSupport } from "../../store/sandboxes/sandbox-hosts.ts"
import { insertSandbox } from "../../store/sandboxes/sandboxes.ts"
import type { Context } from "../context.ts"
import { makerOf, mayUse, requireMaker } from "../identity/made-by.ts"
import { requireCheckpoint } from "./checkpoints/require-checkpoint.ts"

/** The longest life of a sandbox: what -1 means. */
const minutesMax = 1440

/**
 * Stores a sandbox for a worker to start. One that a run's code makes belongs to the run, and to the team that the run was launched for.
 * @throws ServiceError for what goes beyond the deployment's bounds or its means; 503 when no worker hosts sandboxes; 409 for an
 *   idempotency key that came with another request
 */
export async function createSandbox(ctx: Context, input: CreateSandboxRequest): Promise<SandboxRecord> {
  requireMaker(ctx)
  checkBounds(ctx, input)
  checkMeans(input)
  const { offered, refusal } = await findSandboxSupport(ctx.db)
  if (!offered) throw new ServiceError("unavailable", refusal ?? "Sandboxes are not available at the moment: no running worker hosts them")
  const source = await sourceOf(ctx, input)
  const id = newId()
  const secrets = input.secrets ?? {}
  const idempotencyHash = input.idempotency_key ? hashRequest(ctx.config.secretKey, { ...input, account: ctx.teamId }) : null
  const { allowlist, denylist } = canonicalPolicy({ allowlist: input.network_allowlist, denylist: input.network_denylist })
  const row = await insert(ctx, {
    id,
    ...makerOf(ctx, input.team_id),
    name: input.name,
    ...source,
    startCommand: input.start_command ?? null,
    cpuCores: input.cpu_cores,
    memoryGb: input.memory_gb,
    networkAccess: input.network_access,
    networkAllowlist: allowlist,
    networkDenylist: denylist,
    timeoutMinutes: input.timeout_minutes < 0 ? minutesMax : input.timeout_minutes,
    idleTimeoutMinutes: input.idle_timeout_minutes ?? null,
    environmentVars: input.environment_vars ?? null,
    sealedSecrets:
      Object.keys(secrets).length > 0 ? encrypt(ctx.config.secretKey, JSON.stringify(secrets), sandboxSecretsContext(id)) : null,
    advancedConfigs: input.advanced_configs ?? null,
    region: input.region ?? null,
    labels: input.labels,
    idempotencyKey: input.idempotency_key ?? null,
    idempotencyHash,
    status: "PENDING",
  })
  if (!mayUse(ctx, row)) throw new ServiceError("conflict", "The idempotency_key is that of a sandbox that you may not use")
  if (row.idempotencyHash !== null && row.idempotencyHash !== idempotencyHash)
    throw new ServiceError("conflict", "The idempotency_key came with another request before: use a new key for a new sandbox")
  return row
}

/** What a sandbox is made of: an image and an empty disk, or what a checkpoint says. @throws ServiceError for one that cannot be restored */
async function sourceOf(ctx: Context, input: CreateSandboxRequest): Promise<Pick<NewSandbox, "image" | "diskGb" | "checkpointId">> {
  if (!input.checkpoint_id) return { image: input.docker_image ?? "", diskGb: diskOf(input), checkpointId: null }
  const { id, state, image, diskGb } = await requireCheckpoint(ctx, input.checkpoint_id)
  if (state !== "DURABLE")
    throw new ServiceError("conflict", `The checkpoint ${JSON.stringify(id)} is ${state}: one that is DURABLE can be restored`)
  return { image, diskGb, checkpointId: id }
}

const diskOf = ({ disk_size_gb }: CreateSandboxRequest): number => disk_size_gb ?? 10

/** Stores a sandbox; its checkpoint cannot be deleted from then on until it runs. */
async function insert({ db }: Context, values: NewSandbox): Promise<SandboxRecord> {
  return db.transaction(async (tx) => {
    if (values.checkpointId && !(await holdCheckpoint(tx, values.checkpointId))) throw notFound("checkpoint", values.checkpointId)
    return insertSandbox(tx, values)
  })
}

function checkBounds({ config }: Context, input: CreateSandboxRequest): void {
  const { cpuCores, memoryGb, diskGb } = config.sandboxes
  const bounds: [field: string, asked: number, max: number][] = [
    ["cpu_cores", input.cpu_cores, cpuCores],
    ["memory_gb", input.memory_gb, memoryGb],
    ["disk_size_gb", input.checkpoint_id ? 0 : diskOf(input), diskGb],
  ]
  for (const [field, asked, max] of bounds) if (asked > max) throw invalid([field], `at most ${max} on this platform`)
}

function checkMeans(input: CreateSandboxRequest): void {
  if (input.gpu_count > 0) throw invalid(["gpu_count"], "this platform has no GPUs for sandboxes: at most 0")
  if (input.registry_credentials_id) throw invalid(["registry_credentials_id"], "this platform keeps no registry credentials: leave it out")
}
