import type { ChannelKind, Delivery, NotificationChannel, NotificationEvent, NotificationRule } from "@/contract/index.ts"

export const kindLabels: Record<ChannelKind, string> = {
  webhook: "Webhook",
  email: "E-mail",
  slack: "Slack",
  push: "Browser",
}

/** What a person may be told about: its name, and what it means. */
export const eventWords: Record<NotificationEvent, { label: string; note: string }> = {
  ended: { label: "Ended", note: "An evaluation has completed, failed or was stopped." },
  failed: { label: "Failed", note: "An evaluation failed or ran out of time." },
  regressed: {
    label: "Regressed",
    note: "A completed evaluation is clearly worse than the one pinned as the baseline of its environment, or what its schedule compares it with.",
  },
  missed: { label: "Left out", note: "A schedule could not launch its run." },
  budget: { label: "Budget", note: "80 % of a month's budget is spent." },
  mentioned: { label: "Mentioned", note: "Somebody mentions you in a comment." },
}

/** "Failed, regressed": what a rule tells of. */
export const eventsText = (events: readonly NotificationEvent[]): string => {
  const text = events.map((event) => eventWords[event].label.toLowerCase()).join(", ")
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What a rule is about. */
export const aboutText = ({ team, environment }: Pick<NotificationRule, "team" | "environment">): string =>
  team ? `the team ${team.name}` : environment ? `${environment.owner}/${environment.name}` : "what you launch"

/** How a channel stands, for its row. */
export function stateText({ state, state_reason: reason, last_message: last }: NotificationChannel): { text: string; isFaulty: boolean } {
  if (state === "unconfirmed") return { text: "waits for its code", isFaulty: false }
  if (state === "off") return { text: reason ? `off: ${reason}` : "off", isFaulty: reason !== null }
  if (!last) return { text: "nothing sent yet", isFaulty: false }
  if (last.error) return { text: last.state === "given_up" ? `given up: ${last.error}` : `tried again soon: ${last.error}`, isFaulty: true }
  return { text: last.state === "delivered" ? "the last message arrived" : "a message is on its way", isFaulty: false }
}

export const deliveryLabels: Record<Delivery["state"], string> = {
  waiting: "Waiting",
  delivered: "Delivered",
  given_up: "Given up",
}
