"use server"

import { revalidatePath } from "next/cache"
import { redirect } from "next/navigation"
import { changedEntry, type EntryInput, newEntry } from "@/components/shared/named-values/named-value.ts"
import type { Client } from "@/lib/api/client.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** A write to an environment, after which its pages are read again. */
async function write(run: (client: Client) => Promise<unknown>): Promise<ActionResult<null>> {
  return formAction(async () => {
    await run(await api())
    revalidatePath(paths.environments, "layout")
    return null
  })
}

/** Checks a version again and answers with the id of the new check. */
export async function retryCheck(owner: string, name: string, checkId: string | null): Promise<ActionResult<string>> {
  return formAction(async () => {
    const { data } = await (await api()).retryEnvironmentAction({ params: { owner, name }, body: { action_id: checkId } })
    revalidatePath(paths.environment(owner, name), "layout")
    return data.job_id
  })
}

/** Copies an environment to the person, or to a team, and leads to the copy's launch form; returns only when it was refused. */
export async function forkEnvironment(owner: string, name: string, teamId: string | null): Promise<ActionResult<null>> {
  const result = await formAction(async () => {
    const body = teamId ? { team_id: teamId } : {}
    return (await (await api()).forkEnvironment({ params: { owner, name }, body })).data
  })
  if (!result.ok) return result
  revalidatePath(paths.environments, "layout")
  redirect(paths.launch(result.value.owner.name, result.value.name))
}

export async function deleteVersion(owner: string, name: string, hash: string) {
  return write((client) => client.deleteEnvironmentVersion({ params: { owner, name, version: hash } }))
}

export async function changeVisibility(owner: string, name: string, visibility: "PUBLIC" | "PRIVATE") {
  return write((client) => client.updateEnvironment({ params: { owner, name }, body: { visibility } }))
}

export async function updateAbout(owner: string, name: string, about: { description: string; tags: string[]; readme: string }) {
  return write((client) => client.updateEnvironment({ params: { owner, name }, body: about }))
}

/** @param executor null: where the platform says */
export async function updatePlace(owner: string, name: string, executor: string | null) {
  return write((client) => client.updateEnvironment({ params: { owner, name }, body: { executor } }))
}

/** Leads to the environments; returns only when it was refused. */
export async function deleteEnvironment(owner: string, name: string): Promise<ActionResult<null>> {
  const result = await write((client) => client.deleteEnvironment({ params: { owner, name } }))
  if (!result.ok) return result
  redirect(paths.environments)
}

export async function createEnvironmentSecret(environmentId: string, input: EntryInput) {
  return write((client) => client.createEnvironmentSecret({ params: { environment_id: environmentId }, body: newEntry(input) }))
}

export async function updateEnvironmentSecret(environmentId: string, id: string, input: EntryInput) {
  const params = { environment_id: environmentId, secret_id: id }
  return write((client) => client.updateEnvironmentSecret({ params, body: changedEntry(input) }))
}

export async function deleteEnvironmentSecret(environmentId: string, id: string) {
  return write((client) => client.deleteEnvironmentSecret({ params: { environment_id: environmentId, secret_id: id } }))
}

export async function linkSecret(environmentId: string, id: string) {
  return write((client) => client.linkSecret({ params: { environment_id: environmentId, secret_id: id } }))
}

export async function unlinkSecret(environmentId: string, id: string) {
  return write((client) => client.unlinkSecret({ params: { environment_id: environmentId, secret_id: id } }))
}

export async function createVariable(environmentId: string, input: EntryInput) {
  return write((client) => client.createEnvironmentVariable({ params: { environment_id: environmentId }, body: newEntry(input) }))
}

export async function updateVariable(environmentId: string, id: string, input: EntryInput) {
  const params = { environment_id: environmentId, variable_id: id }
  return write((client) => client.updateEnvironmentVariable({ params, body: changedEntry(input) }))
}

export async function deleteVariable(environmentId: string, id: string) {
  return write((client) => client.deleteEnvironmentVariable({ params: { environment_id: environmentId, variable_id: id } }))
}
