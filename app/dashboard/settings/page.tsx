import { BookOpen } from "lucide-react"
import type { Metadata } from "next"
import { AccountCard } from "@/components/accounts/account-card.tsx"
import { IdentitiesCard } from "@/components/accounts/identities-card.tsx"
import { PasskeysCard } from "@/components/accounts/passkeys-card.tsx"
import { SessionsCard } from "@/components/accounts/sessions-card.tsx"
import { createSecret, deleteSecret, updateSecret } from "@/components/settings/actions.ts"
import { ApiKeysCard } from "@/components/settings/api-keys-card.tsx"
import { NotificationsCard } from "@/components/settings/notifications-card.tsx"
import { ProfileCard } from "@/components/settings/profile-card.tsx"
import { SettingsIndex } from "@/components/settings/settings-index.tsx"
import { TunnelsCard } from "@/components/settings/tunnels-card.tsx"
import { NamedValues } from "@/components/shared/named-values/named-values.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { TeamsCard } from "@/components/teams/teams-card.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { limits } from "@/contract/limits.ts"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"
import { providerNames } from "@/lib/sign-in/providers.ts"

export const metadata: Metadata = { title: "Settings" }

/** Each part is read on its own: a platform without API keys still has secrets. */
export default async function SettingsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { identity } = await searchParams
  const client = await api()
  const extensions = await readExtensions()
  const hasAccounts = extensions.has("getAccount")
  const providers = remotePlatform() ? [] : providerNames()
  const [person, account, identities, passkeys, sessions, teams, keys, tunnels, secrets] = await Promise.all([
    formAction(async () => (await client.whoami()).data),
    hasAccounts ? formAction(async () => (await client.getAccount()).data) : null,
    extensions.has("listIdentities") ? formAction(async () => (await client.listIdentities()).data) : null,
    hasAccounts ? formAction(async () => (await client.listPasskeys()).data) : null,
    hasAccounts ? formAction(async () => client.listSessions({ query: {} })) : null,
    formAction(async () => client.listTeams({ query: { limit: limits.namesPageMax } })),
    formAction(async () => (await client.listApiKeys()).data),
    formAction(async () => client.listTunnels({ query: {} })),
    formAction(async () => client.listSecrets({ query: { limit: limits.namesPageMax } })),
  ])
  const hasIdentities = identities?.ok && (identities.value.length > 0 || providers.length > 0)
  const parts = [
    { id: "profile", label: "Profile", isShown: person.ok },
    { id: "account", label: "Sign-in", isShown: account?.ok },
    { id: "identities", label: "Connected accounts", isShown: hasIdentities },
    { id: "passkeys", label: "Passkeys", isShown: passkeys?.ok },
    { id: "sessions", label: "Sessions", isShown: sessions?.ok },
    { id: "teams", label: "Teams", isShown: teams.ok },
    { id: "notifications", label: "Notifications", isShown: true },
    { id: "api-keys", label: "API keys", isShown: keys.ok },
    { id: "tunnels", label: "Tunnels", isShown: tunnels.ok },
    { id: "secrets", label: "Global secrets", isShown: secrets.ok },
  ]
  const pages = [
    { href: paths.people, label: "People", isShown: account?.ok && account.value.is_admin },
    { href: paths.notifications, label: "Channels and rules", isShown: extensions.has("getNotificationSettings") },
    { href: paths.compute, label: "Compute", isShown: extensions.has("getCompute") },
    { href: paths.instances, label: "Instances", isShown: true },
    { href: paths.audit, label: "Audit log", isShown: true },
  ]
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <PageHeader
        title="Settings"
        actions={
          <ButtonLink href={paths.docs}>
            <BookOpen aria-hidden />
            Documentation
          </ButtonLink>
        }
      />
      <div className="flex min-w-0 flex-col gap-4 xl:flex-row-reverse xl:justify-between xl:gap-10">
        <SettingsIndex parts={parts.filter(({ isShown }) => isShown)} pages={pages.filter(({ isShown }) => isShown)} />
        <div className="flex min-w-0 max-w-4xl flex-1 flex-col gap-7">
          {person.ok ? (
            <ProfileCard key={person.value.slug} person={person.value} />
          ) : (
            <LoadError title="Your profile could not be read" message={person.message} />
          )}
          {account &&
            (account.ok ? (
              <AccountCard key={`${account.value.name} ${account.value.email} ${account.value.has_password}`} account={account.value} />
            ) : (
              <LoadError title="Your account could not be read" message={account.message} />
            ))}
          {identities &&
            (!identities.ok ? (
              <LoadError title="The accounts with which you sign in could not be read" message={identities.message} />
            ) : hasIdentities ? (
              <IdentitiesCard identities={identities.value} providers={providers} outcome={[identity].flat()[0]} />
            ) : null)}
          {passkeys &&
            (passkeys.ok ? (
              <PasskeysCard passkeys={passkeys.value} />
            ) : (
              <LoadError title="Your passkeys could not be read" message={passkeys.message} />
            ))}
          {sessions &&
            (sessions.ok ? (
              <SessionsCard sessions={sessions.value.data} total={sessions.value.total_count} />
            ) : (
              <LoadError title="Your sessions could not be read" message={sessions.message} />
            ))}
          {teams.ok ? (
            <TeamsCard teams={teams.value.data} total={teams.value.total_count} canCreate={extensions.has("createTeam")} />
          ) : (
            <LoadError title="Your teams could not be read" message={teams.message} />
          )}
          <NotificationsCard sends={extensions.has("getNotificationSettings")} />
          {keys.ok ? <ApiKeysCard keys={keys.value} /> : <LoadError title="Your API keys could not be read" message={keys.message} />}
          {tunnels.ok ? (
            <TunnelsCard tunnels={tunnels.value.tunnels} total={tunnels.value.total} />
          ) : (
            <LoadError title="Your tunnels could not be read" message={tunnels.message} />
          )}
          {secrets.ok ? (
            <NamedValues
              id="secrets"
              title="Global secrets"
              kind="secret"
              empty="There are no global secrets."
              entries={secrets.value.data}
              create={createSecret}
              update={updateSecret}
              remove={deleteSecret}
              removeNote="is deleted, also for every environment that it is linked to. This cannot be undone."
            >
              Environment variables with encrypted values, for any of your environments: link them in an environment's settings. Values go
              in and never come out.
            </NamedValues>
          ) : (
            <LoadError title="Your secrets could not be read" message={secrets.message} />
          )}
        </div>
      </div>
    </div>
  )
}
