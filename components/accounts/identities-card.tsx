"use client"

import { CredentialList } from "@/components/shared/credentials/credential-list.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Identity } from "@/contract/index.ts"
import { paths } from "@/lib/paths.ts"
import { removeIdentity } from "./identity-actions.ts"
import { ProviderButtons } from "./provider-buttons.tsx"

interface IdentitiesCardProps {
  identities: readonly Identity[]
  /** Those that are set up now. */
  providers: readonly { id: string; name: string }[]
  /** What came of adding one, where the person comes back from a provider. */
  outcome: string | undefined
}

const outcomes: Record<string, { isWrong: boolean; text: string }> = {
  added: { isWrong: false, text: "You can sign in with it from now on." },
  taken: { isWrong: true, text: "Nothing was added: somebody signs in to another account here with it." },
  too_many: { isWrong: true, text: "Nothing was added: there are as many as an account may have." },
}

/** Accounts elsewhere with which a person signs in. */
export function IdentitiesCard({ identities, providers, outcome }: IdentitiesCardProps) {
  const said = outcome !== undefined && Object.hasOwn(outcomes, outcome) ? outcomes[outcome] : undefined
  const nameOf = ({ provider }: Identity) => providers.find(({ id }) => id === provider)?.name ?? provider
  return (
    <Card aria-labelledby="identities">
      <CardHeader id="identities" title="Connected accounts" />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">
        You sign in here with any of these, whatever address they have.
      </p>
      {said && (
        <p role={said.isWrong ? "alert" : "status"} className={`pb-2 text-sm ${said.isWrong ? "text-danger" : ""}`}>
          {said.text}
        </p>
      )}
      <CredentialList
        items={identities}
        keyOf={({ provider, subject }) => `${provider} ${subject}`}
        nameOf={nameOf}
        factsOf={({ email, subject, created_at }) => (
          <>
            <bdi className="break-anywhere">{email ?? subject}</bdi>
            <span>
              added <TimeAgo at={created_at} />
            </span>
          </>
        )}
        remove={({ provider, subject }) => removeIdentity(provider, subject)}
        noun="account"
        consequence="signs you in no more. Sessions that it has begun go on until they are ended."
        empty="You sign in with none."
      />
      {providers.length > 0 && (
        <div className="flex flex-wrap pt-3">
          <ProviderButtons providers={providers} returnPath={paths.settings} purpose="add" />
        </div>
      )}
    </Card>
  )
}
