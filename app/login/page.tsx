import type { Metadata } from "next"
import { PasskeyButton } from "@/components/accounts/passkey-button.tsx"
import { PasswordForm } from "@/components/accounts/password-form.tsx"
import { ProviderButtons } from "@/components/accounts/provider-buttons.tsx"
import { SignInFrame } from "@/components/accounts/sign-in-frame.tsx"
import { Link } from "@/components/ui/link.tsx"
import { remotePlatform } from "@/lib/api/deployment.ts"
import { publicApi } from "@/lib/api/server.ts"
import { paths } from "@/lib/paths.ts"
import { providerNames } from "@/lib/sign-in/providers.ts"
import { safeReturnPath } from "./return-path.ts"
import { SignInForm } from "./sign-in-form.tsx"
import { problemOf } from "./sign-in-problems.ts"

export const metadata: Metadata = { title: "Sign in" }

interface SignInPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** A platform that does not know of accounts has none. */
const readMethods = async () =>
  (await publicApi())
    .getSignInMethods()
    .then(({ data }) => data)
    .catch(() => ({ password: false, passkey: false, forgot_password: false }))

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const asked = await searchParams
  const returnPath = safeReturnPath(asked.callbackUrl, paths.home)
  const methods = await readMethods()
  const providers = remotePlatform() ? [] : providerNames()
  const hasAccounts = methods.password || methods.passkey || providers.length > 0
  const problem = problemOf(asked)
  return (
    <SignInFrame title="Sign in to Hosted Evals">
      {problem && (
        <p role="alert" className="text-danger text-sm">
          {problem}
        </p>
      )}
      {providers.length > 0 && <ProviderButtons providers={providers} returnPath={returnPath} />}
      {methods.passkey && <PasskeyButton returnPath={returnPath} />}
      {methods.password && <PasswordForm returnPath={returnPath} />}
      {methods.forgot_password && (
        <p className="text-sm">
          <Link href={paths.forgotPassword} className="link">
            Forgot password?
          </Link>
        </p>
      )}
      {hasAccounts ? (
        <details className="border-t pt-3">
          <summary className="cursor-pointer rounded-sm text-muted-foreground text-sm">Sign in with an API key</summary>
          <div className="pt-3">
            <SignInForm returnPath={returnPath} />
          </div>
        </details>
      ) : (
        <>
          <p className="text-muted-foreground text-sm">
            Nobody has an account here yet. From other machines one signs in with an API key until somebody has.
          </p>
          <SignInForm returnPath={returnPath} autoFocus />
        </>
      )}
      <p className="text-muted-foreground text-xs">
        If you started this platform, open the sign-in link that <code>npm start</code> printed; it works once. Then give yourself a
        password in the settings, and invite others.
      </p>
    </SignInFrame>
  )
}
