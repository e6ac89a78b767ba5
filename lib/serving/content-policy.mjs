const isDevelopment = process.env.NODE_ENV !== "production"

/**
 * What a page may load and run: what comes from here, and of the scripts inside the page those that carry the nonce.
 * @param {string} [nonce] of this one answer; without it no script inside the page runs
 */
export function contentPolicy(nonce) {
  const scripts = ["'self'", ...(nonce ? [`'nonce-${nonce}'`] : []), ...(isDevelopment ? ["'unsafe-eval'"] : [])]
  return [
    "default-src 'self'",
    `script-src ${scripts.join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "media-src 'self' data:",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
  ].join("; ")
}
