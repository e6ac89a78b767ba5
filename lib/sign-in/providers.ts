import GitHub from "next-auth/providers/github"
import Google from "next-auth/providers/google"
import type { Provider } from "next-auth/providers/index"

const timeoutMs = 10_000

/** A setting with both halves, or none. @throws Error that names the half that is missing */
function pairOf(id: string, secret: string): { clientId: string; clientSecret: string } | null {
  const [clientId, clientSecret] = [process.env[id], process.env[secret]]
  if (!clientId && !clientSecret) return null
  if (!clientId || !clientSecret) throw new Error(`${id} and ${secret} are set together: ${clientId ? secret : id} is missing`)
  return { clientId, clientSecret }
}

/**
 * The providers of identities that are set (docs/operations.md). Each gives an e-mail address only where it has verified it.
 * @throws Error for settings that do not fit together
 */
export function identityProviders(): Provider[] {
  const [github, google, oidc] = [
    pairOf("GITHUB_ID", "GITHUB_SECRET"),
    pairOf("GOOGLE_ID", "GOOGLE_SECRET"),
    pairOf("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"),
  ]
  const issuer = process.env.OIDC_ISSUER?.replace(/\/+$/, "")
  if (Boolean(oidc) !== Boolean(issuer)) throw new Error("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are set together")
  return [...(oidc && issuer ? [openId(issuer, oidc)] : []), ...(github ? [gitHub(github)] : []), ...(google ? [googleOf(google)] : [])]
}

/** Their ids and names, for the buttons of the sign-in page. */
export const providerNames = (): { id: string; name: string }[] => identityProviders().map(({ id, name }) => ({ id, name }))

const openId = (issuer: string, client: { clientId: string; clientSecret: string }): Provider => ({
  id: "oidc",
  name: process.env.OIDC_NAME || new URL(issuer).host,
  type: "oauth",
  wellKnown: `${issuer}/.well-known/openid-configuration`,
  issuer,
  idToken: true,
  checks: ["pkce", "state", "nonce"],
  authorization: { params: { scope: "openid email profile" } },
  httpOptions: { timeout: timeoutMs },
  ...client,
  // Some providers put the address into the answer about the person, and not into the token.
  userinfo: {
    async request({ client: asking, tokens }) {
      const claims = tokens.id_token ? JSON.parse(Buffer.from(tokens.id_token.split(".")[1] ?? "", "base64url").toString()) : {}
      // Asked with the whole answer, it refuses what is said about somebody else.
      return claims.email ? claims : { ...claims, ...(await asking.userinfo(tokens as Parameters<typeof asking.userinfo>[0])) }
    },
  },
  profile: (profile) => ({
    id: profile.sub,
    name: profile.name ?? profile.preferred_username ?? profile.email ?? profile.sub,
    email: profile.email_verified === true ? profile.email : null,
  }),
})

const googleOf = (client: { clientId: string; clientSecret: string }): Provider =>
  Google({
    ...client,
    checks: ["pkce", "state"],
    httpOptions: { timeout: timeoutMs },
    profile: ({ sub, name, email, email_verified }) => ({ id: sub, name, email: email_verified ? email : null }),
  })

const gitHub = (client: { clientId: string; clientSecret: string }): Provider =>
  GitHub({
    ...client,
    checks: ["pkce", "state"],
    httpOptions: { timeout: timeoutMs },
    userinfo: {
      url: "https://api.github.com/user",
      // The address in a profile is what a person shows, not what GitHub has verified.
      async request({ client: asking, tokens }) {
        const profile = await asking.userinfo(tokens.access_token ?? "")
        const answer = await fetch("https://api.github.com/user/emails", {
          headers: { authorization: `Bearer ${tokens.access_token}` },
          signal: AbortSignal.timeout(timeoutMs),
        })
        const emails: { email: string; primary: boolean; verified: boolean }[] = answer.ok ? await answer.json() : []
        return { ...profile, email: emails.find(({ primary, verified }) => primary && verified)?.email }
      },
    },
    profile: ({ id, name, login, email }) => ({ id: String(id), name: name ?? login, email: email ?? null }),
  })
