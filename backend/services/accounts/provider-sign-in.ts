import type { NewSession } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findIdentity, hasVerified, insertIdentity } from "../../store/accounts/identities.ts"
import { wasInvitedAs } from "../../store/accounts/invitations.ts"
import { findUserByEmail } from "../../store/accounts/people.ts"
import type { Db } from "../../store/db.ts"
import { wasProvisionedAs } from "../../store/directory/people.ts"
import type { Services } from "../context.ts"
import { join, newPerson, takeOpenInvitation } from "./join.ts"
import { beginSession, type Place } from "./sessions.ts"

/** Who a provider of identities says somebody is. Only what a provider has said may be given here. */
export interface Identified {
  provider: string
  /** What the provider calls the person, for good. */
  subject: string
  name: string
  /** null unless the provider has verified it. */
  email: string | null
}

/** Why somebody whom a provider has identified is not let in: there is no invitation, or the address is another account's. */
export class NotLetIn extends ServiceError {
  constructor(
    readonly reason: "uninvited" | "taken",
    message: string,
  ) {
    super("forbidden", message)
  }
}

const taken = (email: string) => new NotLetIn("taken", `${email} has an account already: sign in the way you did before`)

/**
 * Signs in whom a provider has identified: by an identity that is known, by an address that this platform has reason to believe, or, for somebody
 * new, with an invitation or from a domain that may come by itself.
 * @param invitation the end of the link that somebody came with
 * @throws NotLetIn
 */
export async function signInIdentified(
  services: Services,
  identified: Identified,
  invitation: string | null,
  place: Place,
): Promise<NewSession> {
  const { db } = services
  return db.transaction(async (tx) => {
    const { provider, subject } = identified
    const email = identified.email?.trim().toLowerCase() || null
    const known = await findIdentity(tx, provider, subject)
    const userId = known?.userId ?? (await linkedTo(tx, provider, email))
    const invited = invitation === null ? undefined : await takeOpenInvitation(tx, invitation)
    if (userId !== undefined) {
      if (!known) await insertIdentity(tx, { provider, subject, userId, email })
      if (invited) await join(tx, invited, userId)
      return beginSession(tx, userId, "provider", place)
    }
    if (!invited && !maySignUp(services, email))
      throw new NotLetIn("uninvited", `There is no account for ${email ?? identified.name} here: ask an admin for an invitation`)
    const address = email ?? invited?.email
    if (address === undefined) throw new Error("Whoever may sign up has an address")
    const person = await newPerson(tx, identified.name, address)
    if (!person) throw taken(address)
    await insertIdentity(tx, { provider, subject, userId: person.id, email })
    if (invited) await join(tx, invited, person.id)
    return beginSession(tx, person.id, "provider", place)
  })
}

/**
 * The person with an address that a provider has verified. People may write any address into their account, so that one counts which they
 * were invited at, which the same provider has verified for them before, or which a directory made the account for.
 */
async function linkedTo(tx: Db, provider: string, email: string | null): Promise<string | undefined> {
  const person = email === null ? undefined : await findUserByEmail(tx, email)
  if (!person || email === null) return undefined
  if ((await wasInvitedAs(tx, person.id, email)) || (await hasVerified(tx, person.id, provider, email))) return person.id
  if (await wasProvisionedAs(tx, person.id, email)) return person.id
  throw taken(email)
}

const maySignUp = ({ config }: Services, email: string | null): boolean =>
  email !== null && config.signUpDomains.includes(email.slice(email.lastIndexOf("@") + 1))
