"use server"

import { revalidatePath } from "next/cache"
import type { CreateArtifactRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** The address to upload to, on this site: the token in it is the permission. */
const pathOf = (url: string): string => new URL(url).pathname

/** Finds or makes the environment, and announces a version's wheel. */
export async function announceWheel(name: string, visibility: "PUBLIC" | "PRIVATE", wheel: CreateArtifactRequest) {
  return formAction(async () => {
    const client = await api()
    const { data: environment } = await client.resolveEnvironment({ body: { name, visibility } })
    const { data } = await client.createWheel({ params: { environment_id: environment.id }, body: wheel })
    return {
      environmentId: environment.id,
      owner: environment.owner.name,
      wheelId: data.wheel_id,
      uploadPath: pathOf(data.upload_url ?? ""),
    }
  })
}

/** The wheel is there: has it checked, and announces the source. */
export async function announceSource(environmentId: string, wheelId: string, source: CreateArtifactRequest) {
  return formAction(async () => {
    const client = await api()
    await client.finalizeWheel({ params: { environment_id: environmentId, wheel_id: wheelId } })
    const { data } = await client.createVersion({ params: { environment_id: environmentId }, body: source })
    return { versionId: data.version_id, uploadPath: pathOf(data.upload_url) }
  })
}

/** The source is there: has it checked and publishes the version, whose check begins. */
export async function publishVersion(environmentId: string, versionId: string) {
  return formAction(async () => {
    await (await api()).finalizeVersion({ params: { environment_id: environmentId, version_id: versionId } })
    revalidatePath(paths.environments, "layout")
  })
}
