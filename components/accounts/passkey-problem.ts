/** What a browser's refusal to make or use a passkey means, in a sentence. */
export function passkeyProblem(thrown: unknown): string {
  const name = thrown instanceof Error ? thrown.name : ""
  if (name === "NotAllowedError" || name === "AbortError") return "The browser was not allowed to, or took too long. Try again."
  if (name === "InvalidStateError") return "This device has a passkey for this account already."
  if (name === "SecurityError") return "Passkeys work at the platform's public address only, with https or on localhost."
  return "This browser could not do it. Is the platform running, and does the browser know passkeys?"
}
