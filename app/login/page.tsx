import type { Metadata } from "next"
import { paths } from "@/lib/paths.ts"
import { safeReturnPath } from "./return-path.ts"
import { SignInForm } from "./sign-in-form.tsx"

export const metadata: Metadata = { title: "Sign in" }

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ callbackUrl?: string | string[] }> }) {
  const { callbackUrl } = await searchParams
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-5 px-4">
      <div>
        <h1 className="font-semibold text-xl tracking-tight">Sign in to Hosted Evals</h1>
        <p className="mt-1 text-muted-foreground text-sm">This platform is reachable from the network, so it asks who you are.</p>
      </div>
      <SignInForm returnPath={safeReturnPath(callbackUrl, paths.environments)} />
    </main>
  )
}
