/** Who a provider says somebody is. */
export interface Identified {
  provider: string
  /** What the provider calls the person, for good. */
  subject: string
  name: string
  /** null unless the provider has verified it. */
  email: string | null
}

/**
 * What makes a session of it; or why somebody is not let in: without an invitation, or with another account's address. For whoever is signed in and adds
 * another way to, whether that is theirs now, and if not, why.
 */
export type SignInIdentified = (
  identified: Identified,
) => Promise<{ token: string } | { refused: "uninvited" | "taken" } | { identity: "added" | "taken" | "too_many" }>
