import type { Metadata } from "next"
import { ChallengeCard } from "@/components/settings/challenge-card.tsx"
import { ChallengeEnd } from "@/components/settings/challenge-end.tsx"
import { TerminalVariables } from "@/components/shared/terminal-variables.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"

export const metadata: Metadata = { title: "Sign in a terminal" }

async function read(code: string) {
  const client = await api()
  try {
    const [{ data: challenge }, person] = await Promise.all([
      client.getChallenge({ params: { code } }),
      client.whoami().then(
        ({ data }) => data.slug ?? data.name,
        () => null,
      ),
    ])
    return { kind: "found" as const, challenge, person }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 404 || error.status === 422) return { kind: "unknown" as const }
    return { kind: "failed" as const, message: error.message }
  }
}

/** The page that `prime login` opens. */
export default async function ChallengePage({ searchParams }: { searchParams: Promise<{ code?: string | string[] }> }) {
  const { code: given } = await searchParams
  const code = typeof given === "string" ? given.trim().slice(0, 100) : ""
  const found = code === "" ? null : await read(code)
  return (
    <div className="mx-auto flex w-full min-w-0 max-w-lg flex-col gap-4 lg:pt-10">
      {found === null ? (
        <section className="flex flex-col gap-4 rounded-lg border bg-card p-6">
          <div>
            <h1 className="font-semibold text-xl tracking-tight">Sign in a terminal</h1>
            <p className="mt-1 text-muted-foreground text-sm">
              Run <code className="font-mono text-xs">prime login</code> and enter the code that it shows.
            </p>
          </div>
          <form className="flex gap-2">
            <Input
              name="code"
              aria-label="Code"
              required
              maxLength={100}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              className="font-mono"
            />
            <Button type="submit" variant="primary" className="max-lg:h-9">
              Go on
            </Button>
          </form>
        </section>
      ) : found.kind === "found" ? (
        <ChallengeCard key={code} challenge={found.challenge} person={found.person} />
      ) : found.kind === "unknown" ? (
        <ChallengeEnd ending="unknown" />
      ) : (
        <LoadError title="The code could not be looked up" message={found.message} />
      )}
      <TerminalVariables />
    </div>
  )
}
