import { contentPolicy } from "./content-policy.mjs"

/** Headers of every answer. Pages have a policy with a nonce in place of this one: see proxy.ts. */
export const securityHeaders = {
  "Content-Security-Policy": contentPolicy(),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
