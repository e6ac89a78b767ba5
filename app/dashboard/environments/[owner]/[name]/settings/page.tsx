import type { Metadata } from "next"
import {
  createEnvironmentSecret,
  createVariable,
  deleteEnvironmentSecret,
  deleteVariable,
  unlinkSecret,
  updateEnvironmentSecret,
  updateVariable,
} from "@/components/environments/actions.ts"
import { AboutCard } from "@/components/environments/settings/about-card.tsx"
import { DeleteEnvironment } from "@/components/environments/settings/delete-environment.tsx"
import { LinkSecret } from "@/components/environments/settings/link-secret.tsx"
import { PlaceCard } from "@/components/environments/settings/place-card.tsx"
import { VisibilityCard } from "@/components/environments/settings/visibility-card.tsx"
import { NamedValues } from "@/components/shared/named-values/named-values.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { limits } from "@/contract/limits.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Settings" }

export default async function EnvironmentSettingsPage({ params }: EnvironmentParams) {
  const { owner, name } = await slugOf(params)
  const reading = await readEnvironment(owner, name)
  if (!reading.ok) return null
  if (!reading.environment.can_write)
    return (
      <EmptyState title="These settings are not yours">
        Only those who can publish versions of this environment can see and change them.
      </EmptyState>
    )
  const { id, visibility, description, tags, readme, executor = null } = reading.environment
  const client = await api()
  const extensions = await readExtensions()
  const [compute, secrets, variables, globals] = await Promise.all([
    extensions.has("getCompute") ? formAction(async () => (await client.getCompute()).data) : null,
    formAction(async () => (await client.listEnvironmentSecrets({ params: { environment_id: id } })).data),
    formAction(async () => (await client.listEnvironmentVariables({ params: { environment_id: id } })).data),
    formAction(async () => (await client.listSecrets({ query: { limit: limits.namesPageMax } })).data),
  ])
  const linked = new Set(secrets.ok ? secrets.value.filter((secret) => secret.source === "global-linked").map((secret) => secret.id) : [])
  return (
    <div className="flex min-w-0 max-w-4xl flex-col gap-4">
      {extensions.has("updateEnvironment") && (
        <AboutCard owner={owner} name={name} description={description ?? ""} tags={tags} readme={readme ?? ""} />
      )}
      {extensions.has("updateEnvironment") && compute?.ok && (compute.value.executors.length > 1 || executor !== null) && (
        <PlaceCard owner={owner} name={name} executor={executor} executors={compute.value.executors} />
      )}
      {secrets.ok ? (
        <NamedValues
          id="environment-secrets"
          title="Secrets"
          kind="secret"
          empty="This environment has no secrets."
          entries={secrets.value.map((secret) => ({ ...secret, isLinked: secret.source === "global-linked" }))}
          create={createEnvironmentSecret.bind(null, id)}
          update={updateEnvironmentSecret.bind(null, id)}
          remove={deleteEnvironmentSecret.bind(null, id)}
          unlink={unlinkSecret.bind(null, id)}
          removeNote="is deleted for all later runs of this environment. This cannot be undone."
          action={
            globals.ok ? (
              <LinkSecret
                environmentId={id}
                secrets={globals.value
                  .filter((secret) => !linked.has(secret.id))
                  .map(({ id, name, description }) => ({ id, name, description }))}
              />
            ) : undefined
          }
        >
          Hosted evaluations and checks of this environment get them as environment variables. Its own secrets win over linked ones of the
          same name.
        </NamedValues>
      ) : (
        <LoadError title="The secrets could not be read" message={secrets.message} />
      )}
      {variables.ok ? (
        <NamedValues
          id="environment-variables"
          title="Variables"
          kind="variable"
          empty="This environment has no variables."
          entries={variables.value}
          create={createVariable.bind(null, id)}
          update={updateVariable.bind(null, id)}
          remove={deleteVariable.bind(null, id)}
          removeNote="is deleted for all later runs of this environment. This cannot be undone."
        >
          Like secrets, but readable by everyone who can change this environment. A secret of the same name wins.
        </NamedValues>
      ) : (
        <LoadError title="The variables could not be read" message={variables.message} />
      )}
      {extensions.has("updateEnvironment") && <VisibilityCard owner={owner} name={name} isPublic={visibility === "PUBLIC"} />}
      <DeleteEnvironment owner={owner} name={name} />
    </div>
  )
}
