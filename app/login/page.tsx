import type { Metadata } from "next"
import { paths } from "@/lib/paths.ts"
import { safeReturnPath } from "./return-path.ts"
import { SignInForm } from "./sign-in-form.tsx"

export const metadata: Metadata = { title: "Sign in" }

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ callbackUrl?: string | string[]; link?: string }> }) {
  const { callbackUrl, link } = await searchParams
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-5 px-4">
      <div>
        <h1 className="font-semibold text-xl tracking-tight">Sign in to Hosted Evals</h1>
        {link === "used" && (
          <p role="alert" className="mt-2 text-danger text-sm">
            This sign-in link was used already, or belongs to an earlier start: each start of the platform prints a new one.
          </p>
        )}
        <p className="mt-1 text-muted-foreground text-sm">
          If you started this platform, open the sign-in link that <code>npm start</code> printed; it works once. Everybody else signs in
          with an API key.
        </p>
      </div>
      <SignInForm returnPath={safeReturnPath(callbackUrl, paths.home)} />
    </main>
  )
}
