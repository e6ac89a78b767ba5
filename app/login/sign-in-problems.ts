const sentences: Record<string, Record<string, string>> = {
  link: { used: "This sign-in link was used already, or belongs to an earlier start: each start of the platform prints a new one." },
  ended: { "1": "Your session has ended. Sign in again." },
  refused: {
    uninvited: "There is no account for you here. Ask an admin of this platform for an invitation.",
    taken: "Your e-mail address has an account already. Sign in the way you did before, and connect this one under Settings.",
  },
}

/** Why somebody who was led to the sign-in page is not signed in. Never words of the address itself: anybody may write those. */
export function problemOf(asked: Record<string, string | string[] | undefined>): string | null {
  for (const [name, texts] of Object.entries(sentences)) {
    const value = asked[name]
    if (typeof value === "string" && Object.hasOwn(texts, value)) return texts[value] ?? null
  }
  return asked.error === undefined ? null : "The sign-in was not completed. Try again."
}
