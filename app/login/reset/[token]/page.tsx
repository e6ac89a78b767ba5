import type { Metadata } from "next"
import { NewPasswordForm } from "@/components/accounts/new-password-form.tsx"
import { SignInFrame } from "@/components/accounts/sign-in-frame.tsx"
import { publicApi } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"

export const metadata: Metadata = { title: "New password", referrer: "no-referrer", robots: { index: false } }

export default async function ResetPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const client = await publicApi()
  const reset = await formAction(async () => (await client.openPasswordReset({ body: { token } })).data)
  if (!reset.ok)
    return (
      <SignInFrame title="This link cannot be used">
        <p className="text-muted-foreground text-sm">{reset.message}. Ask an admin for a new one.</p>
      </SignInFrame>
    )
  return (
    <SignInFrame title="Choose a new password">
      <p className="break-anywhere text-muted-foreground text-sm">
        For <bdi>{reset.value.name}</bdi>. It ends all other sessions of this account.
      </p>
      <NewPasswordForm token={token} email={reset.value.email} kind="reset" />
    </SignInFrame>
  )
}
