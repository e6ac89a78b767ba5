import type { Metadata } from "next"
import { LateLaunchFlow } from "@/components/launch/late-launch-flow.tsx"
import { changedValues, type LaunchChange, readChange } from "@/components/launch/launch-change.ts"
import type { EarlierRun } from "@/components/launch/launch-props.ts"
import type { LaunchTarget } from "@/components/launch/launch-target.ts"
import { startFrom, valuesFrom } from "@/components/launch/launch-values.ts"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { mayDo } from "@/contract/access/roles.ts"
import type { ListInferenceModelsResponse, Team } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../../environment.ts"
import { launch, launchSuite } from "./actions.ts"

export const metadata: Metadata = { title: "Run Hosted Evaluation" }

type Search = Promise<Partial<Record<"from" | "set" | "focus" | "team", string | string[]>>>

const textOf = (value: string | string[] | undefined): string | undefined => (typeof value === "string" ? value : undefined)

async function readModels(teamId: string | null): Promise<{ list: ListInferenceModelsResponse; error: string | null }> {
  try {
    return { list: await (await api()).listInferenceModels({ query: teamId ? { team_id: teamId } : {} }), error: null }
  } catch (error) {
    if (error instanceof ApiError) return { list: { models: [], providers: [] }, error: error.message }
    throw error
  }
}

/** The teams for which the reader may start runs. */
async function readTeams(): Promise<Team[]> {
  const { data } = await (await api()).listTeams({ query: { limit: limits.namesPageMax } })
  return data.filter((team) => mayDo(team, "run"))
}

/** The run that `?from=` names, as a filled form, with what `?set=` changes. */
async function readEarlier(from: string | undefined, change: LaunchChange, target: LaunchTarget): Promise<EarlierRun | null> {
  if (!from) return null
  try {
    const run = await (await api()).getEvaluation({ params: { evaluation_id: from } })
    const repeated = { ...run, model: run.inference_model ?? run.model_name }
    const changed = changedValues(run, change, target)
    const original = valuesFrom(run, target)
    return {
      ...changed,
      values: startFrom(repeated, changed.values, target),
      original: { ...original, name: startFrom(repeated, original, target).name },
      model: repeated.model,
      name: run.name,
      teamId: run.team_id ?? null,
      version: run.environment?.version ?? null,
    }
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
  if (environment.can_run === false)
    return (
      <EmptyState title="This environment is not yours to run">
        Only its owner runs it here. <em className="not-italic font-medium">Fork to run</em> makes a copy of your own.
      </EmptyState>
    )
  const forMe: LaunchTarget = {
    id: environment.id,
    name: environment.name,
    owner: environment.owner,
    arguments: environment.arguments ?? null,
    dataset_size: environment.dataset_size ?? null,
    eval_defaults: environment.eval_defaults ?? null,
  }
  const { from, set, focus, team } = await searchParams
  const change = readChange(textOf(set), textOf(focus))
  const [teams, earlier, extensions] = await Promise.all([readTeams(), readEarlier(textOf(from), change, forMe), readExtensions()])
  // Unless the address says it: for whom the earlier run was, or whose environment it is.
  const ofOwner = environment.owner.type === "team" ? teams.find(({ slug }) => slug === environment.owner.name)?.teamId : null
  const wanted = textOf(team) ?? (earlier ? earlier.teamId : ofOwner)
  const teamId = teams.find(({ teamId: id }) => id === wanted)?.teamId ?? null
  const target = { ...forMe, teamId }
  const models = await readModels(teamId)
  return (
    <LateLaunchFlow
      target={target}
      version={environment.semantic_version}
      teams={teams.map(({ teamId: id, name }) => ({ id, name }))}
      checkStatus={environment.action?.status ?? null}
      models={models.list}
      modelsError={models.error}
      earlier={earlier}
      isRemote={remotePlatform() !== null}
      hasPresets={extensions.has("listPresets")}
      launch={launch.bind(null, owner, name)}
      launchSuite={extensions.has("launchSuite") ? launchSuite : null}
    />
  )
}
