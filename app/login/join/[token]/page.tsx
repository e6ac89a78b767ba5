import type { Metadata } from "next"
import { JoinTeam } from "@/components/accounts/join-team.tsx"
import { NewPasswordForm } from "@/components/accounts/new-password-form.tsx"
import { ProviderButtons } from "@/components/accounts/provider-buttons.tsx"
import { SignInFrame } from "@/components/accounts/sign-in-frame.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Moment } from "@/components/ui/text/time-ago.tsx"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { api, publicApi } from "@/lib/api/server.ts"
import { currentSession } from "@/lib/auth.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"
import { providerNames } from "@/lib/sign-in/providers.ts"

export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer", robots: { index: false } }

/** Who is signed in; null also for a session that has ended. */
async function readPerson(): Promise<string | null> {
  if (!(await currentSession())) return null
  const client = await api()
  return client.whoami().then(
    ({ data }) => data?.name ?? null,
    () => null,
  )
}

export default async function JoinPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const client = await publicApi()
  const [invitation, person] = await Promise.all([
    formAction(async () => (await client.openInvitation({ body: { token } })).data),
    readPerson(),
  ])
  if (!invitation.ok)
    return (
      <SignInFrame title="This invitation cannot be used">
        <p className="text-muted-foreground text-sm">{invitation.message}. Ask whoever sent it for a new one.</p>
      </SignInFrame>
    )
  const { email, team_name, role, invited_by } = invitation.value
  const providers = remotePlatform() ? [] : providerNames()
  return (
    <SignInFrame title={team_name ? <>Join {<bdi>{team_name}</bdi>}</> : "Join Hosted Evals"}>
      <p className="break-anywhere text-muted-foreground text-sm">
        <bdi>{invited_by}</bdi> invites <bdi>{email}</bdi>
        {team_name && role && <> as {role}</>}. The invitation can be used until <Moment at={invitation.value.expires_at} />.
      </p>
      {person !== null && team_name ? (
        <>
          <p className="break-anywhere text-sm">
            You are signed in as <bdi className="font-medium">{person}</bdi>.
          </p>
          <JoinTeam token={token} teamName={team_name} />
        </>
      ) : person !== null ? (
        <p className="text-sm">
          You have an account already, as <bdi className="font-medium">{person}</bdi>: this invitation makes a new one.{" "}
          <Link href={paths.home} className="underline">
            Go to the dashboard
          </Link>
        </p>
      ) : (
        <>
          {providers.length > 0 && <ProviderButtons providers={providers} returnPath={paths.home} invitation={token} />}
          <NewPasswordForm token={token} email={email} kind="account" />
          <p className="text-muted-foreground text-xs">
            If you have an account already,{" "}
            <Link href={paths.signIn} className="underline">
              sign in
            </Link>{" "}
            and open this link again.
          </p>
        </>
      )}
    </SignInFrame>
  )
}
