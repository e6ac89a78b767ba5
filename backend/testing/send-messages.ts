import { deliver } from "../outbox/deliver.ts"
import { claimMessage } from "../store/outbox/messages.ts"
import type { TestPlatform } from "./test-platform.ts"

/** Sends every message that is due, as the worker does. @returns how many tries that took */
export async function sendDue({ services }: TestPlatform, owner = "test-sender"): Promise<number> {
  for (let tries = 0; ; tries++) {
    const message = await claimMessage(services.db, owner)
    if (!message) return tries
    await deliver(services, message, owner, new AbortController().signal)
  }
}
