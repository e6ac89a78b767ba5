import { toError } from "../base/errors.ts"
import { deliver } from "../outbox/deliver.ts"
import { claimMessage, type MessageRecord, renewMessages } from "../store/outbox/messages.ts"
import { type Leased, LeaseQueue } from "./queue/lease-queue.ts"
import type { EngineServices } from "./worker-context.ts"

const capacity = 10
const pollMs = 2000
const renewMs = 15_000

/** A message that is being sent. */
class Delivery implements Leased {
  readonly id: string
  readonly done: Promise<void>
  readonly #ending = new AbortController()

  constructor(services: EngineServices, message: MessageRecord, owner: string) {
    this.id = message.id
    this.done = deliver(services, message, owner, this.#ending.signal).catch((error: unknown) =>
      services.log.warn({ message: message.id, error: toError(error).message }, "what came of a message could not be stored"),
    )
  }

  fence(): void {
    this.#ending.abort()
  }

  leave(): void {
    this.#ending.abort()
  }
}

/** Sends messages to people as they become due. */
export const deliveryQueue = (services: EngineServices, owner: string): LeaseQueue<Delivery> =>
  new LeaseQueue<Delivery>(
    {
      name: "messages",
      capacity,
      pollMs,
      renewMs,
      async claim() {
        const message = await claimMessage(services.db, owner)
        return message && new Delivery(services, message, owner)
      },
      renew: async (heldIds) => new Map((await renewMessages(services.db, owner, heldIds)).map((id) => [id, true])),
    },
    services.log,
  )
