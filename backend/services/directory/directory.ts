import { hashToken } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import type { Db } from "../../store/db.ts"
import { lockDirectory } from "../../store/directory/people.ts"
import { findToken } from "../../store/directory/tokens.ts"
import { signal } from "../../store/signals.ts"
import type { Actor } from "../audit/record.ts"
import type { Services } from "../context.ts"

/** Prefix of the tokens that directories hold. */
export const directoryTokenPrefix = "hed_"

/** A request of a directory: the services, and which token it came with. */
export interface DirectoryContext extends Services {
  caller: Extract<Actor, { kind: "directory" }>
}

/** @throws ServiceError for a token that is none, was revoked, or has expired */
export async function identifyDirectory(services: Services, token: string | undefined): Promise<DirectoryContext> {
  const found = token?.startsWith(directoryTokenPrefix) ? await findToken(services.db, hashToken(token)) : undefined
  if (!found)
    throw new ServiceError("unauthorized", "This needs a directory's token that works: an admin makes one under Settings, Directory")
  return { ...services, caller: { kind: "directory", id: found.id, name: found.name } }
}

/** Does work for a directory in one transaction, one such after another: directories send changes of one thing side by side. */
export const inOrder = <T>({ db }: DirectoryContext, work: (tx: Db) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => {
    await lockDirectory(tx)
    return work(tx)
  })

/** Has every process look again at what these people may do: their event streams end. */
export async function tellAccess(tx: Db, userIds: Iterable<string>): Promise<void> {
  for (const userId of new Set(userIds)) await signal(tx, "access", userId)
}
