import type { Db } from "../../store/db.ts"
import { type RemoteState, readRemoteStates } from "../../store/remote/remote-attempts.ts"

/** Between two statements: what is asked meanwhile is answered by the next one. */
const everyMs = 150

type States = Map<string, RemoteState>

/** How attempts on other machines stand, read for all that ask in the same moment by one statement: a worker may look after a thousand of them. */
export class RemoteStates {
  #wanted = new Set<string>()
  #next: Promise<States> | null = null
  #readAt = 0

  constructor(private readonly db: Db) {}

  /** As it is after this call, never as it was before; undefined for an attempt that is not there. */
  async read(id: string): Promise<RemoteState | undefined> {
    this.#wanted.add(id)
    this.#next ??= new Promise<States>((resolve, reject) => {
      setTimeout(() => this.#readWanted().then(resolve, reject), Math.max(0, this.#readAt + everyMs - Date.now()))
    })
    return (await this.#next).get(id)
  }

  async #readWanted(): Promise<States> {
    const ids = [...this.#wanted]
    this.#wanted.clear()
    this.#next = null
    this.#readAt = Date.now()
    return readRemoteStates(this.db, ids)
  }
}
