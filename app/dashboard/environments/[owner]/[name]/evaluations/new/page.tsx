import type { Metadata } from "next"
import { LaunchFlow } from "@/components/launch/launch-flow.tsx"
import type { ListInferenceModelsResponse } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api, remotePlatform } from "@/lib/api/server.ts"
import { draftFromRun, type LaunchDraft, type LaunchTarget } from "@/lib/launch-config.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../../environment.ts"
import { launch } from "./actions.ts"

export const metadata: Metadata = { title: "Run Hosted Evaluation" }

type Search = Promise<{ from?: string | string[] }>

async function readModels(): Promise<{ list: ListInferenceModelsResponse; error: string | null }> {
  try {
    return { list: await (await api()).listInferenceModels(), error: null }
  } catch (error) {
    if (error instanceof ApiError) return { list: { models: [], providers: [] }, error: error.message }
    throw error
  }
}

/** The run that `?from=` names, as a filled form. */
async function readEarlier(
  from: string | undefined,
  target: LaunchTarget,
): Promise<{ draft: LaunchDraft; model: string | null; name: string } | null> {
  if (!from) return null
  try {
    const run = await (await api()).getEvaluation({ params: { evaluation_id: from } })
    return { draft: draftFromRun(run, target), model: run.inference_model ?? run.model_name, name: run.name }
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}

export default async function LaunchPage({ params, searchParams }: EnvironmentParams & { searchParams: Search }) {
  const { owner, name } = await slugOf(params)
  const reading = await readEnvironment(owner, name)
  if (!reading.ok) return null
  const { environment } = reading
  const target: LaunchTarget = {
    id: environment.id,
    name: environment.name,
    owner: environment.owner,
    arguments: environment.arguments ?? null,
    dataset_size: environment.dataset_size ?? null,
    eval_defaults: environment.eval_defaults ?? null,
  }
  const { from } = await searchParams
  const [models, earlier] = await Promise.all([readModels(), readEarlier(typeof from === "string" ? from : undefined, target)])
  return (
    <LaunchFlow
      target={target}
      version={environment.semantic_version}
      checkStatus={environment.action?.status ?? null}
      models={models.list}
      modelsError={models.error}
      earlier={earlier}
      isRemote={remotePlatform() !== null}
      launch={launch.bind(null, owner, name)}
    />
  )
}
