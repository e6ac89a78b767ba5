/**
 * Whether a request comes from Prime's own packages. Each names itself first in its User-Agent: `prime-cli/0.6.26 python/3.11.9`,
 * and likewise prime-evals, prime-sandboxes and prime-tunnel.
 */
export const isPrimeClient = (headers: Headers): boolean => /^prime-[a-z]+\//.test(headers.get("user-agent") ?? "")
