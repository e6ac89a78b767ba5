/** What of a message is different in each rollout although the error is the same: addresses, ids, numbers. A pattern of JavaScript and Postgres. */
export const varyingPart = "0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+([.][0-9]+)?"

/** So much of a message is compared. */
export const comparedCharacters = 500

/** A message without what differs from rollout to rollout. */
export const sameMessage = (message: string): string => message.slice(0, comparedCharacters).replace(new RegExp(varyingPart, "gi"), "#")
