import * as z from "zod"

const rulesMax = 1024
const portMax = 65_535
/** Where what a client says first shows the name that it is for. */
const namedPorts = ["80", "443"]

/**
 * A destination in the one form that it is kept in: a name or `*.` and a name (lower case, IDNA), an IPv4 address or network, and maybe
 * `:port` or `:first-last`.
 * @returns or what is wrong with it
 */
export function readEgressRule(text: string): { rule: string } | { problem: string } {
  const [whole, host = "", first = "", last] = /^([^:]*)(?::(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(text.trim()) ?? []
  if (whole === undefined)
    return { problem: "is no name, IPv4 address or IPv4 network, with or without :port (no scheme, no IPv6, a port is 1 to 65535)" }
  const ports = portsOf(first, last)
  if (ports === null) return { problem: "has a port that is none: 1 to 65535, or first-last" }
  const network = readNetwork(host)
  if (network) return { rule: network + ports }
  const name = readName(host)
  if (name === null)
    return { problem: "is no name, IPv4 address or IPv4 network; of a name, the first label alone may be *, and * alone is no destination" }
  if (ports && !namedPorts.some((port) => ports === `:${port}`)) return { problem: "is a name, which may have the ports 80 and 443 alone" }
  return { rule: name + ports }
}

function portsOf(first: string, last: string | undefined): string | null {
  if (!first) return ""
  const [low, high] = [Number(first), Number(last ?? first)]
  if (low < 1 || high < low || high > portMax) return null
  return low === high ? `:${low}` : `:${low}-${high}`
}

function readNetwork(text: string): string | null {
  const [address = "", bits, more] = text.split("/")
  if (more !== undefined || !z.ipv4().safeParse(address).success) return null
  if (bits === undefined) return address
  if (!/^\d{1,2}$/.test(bits) || Number(bits) > 32) return null
  const mask = bits === "0" ? 0 : (-1 << (32 - Number(bits))) >>> 0
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = (number & mask) >>> 0
  return `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".")}/${Number(bits)}`
}

function readName(text: string): string | null {
  const star = text.startsWith("*.") ? "*." : ""
  const name = text.slice(star.length).replace(/\.$/, "")
  if (!name || /[\s*/@?#%\\]/.test(name) || name.split(".").some((label) => label === "")) return null
  try {
    const { hostname } = new URL(`http://${name}`)
    // What looks like a number is an address in another form.
    return z.ipv4().safeParse(hostname).success ? null : star + hostname
  } catch {
    return null
  }
}

const EgressRule = z
  .string()
  .max(300)
  .superRefine((text, context) => {
    const read = readEgressRule(text)
    if ("problem" in read) context.addIssue(`${JSON.stringify(text.slice(0, 100))} ${read.problem}`)
  })

export const EgressRules = z.array(EgressRule).max(rulesMax)

const exclusive = "the allowlist and the denylist exclude each other: give one of them"

/** A whole policy in place of another. Two empty lists mean opposite things: allow nothing, and deny nothing. */
export const SetEgressPolicyRequest = z
  .object({
    allowlist: EgressRules.nullish().describe("The only destinations; [] for none at all"),
    denylist: EgressRules.nullish().describe("Every destination but these; [] for all"),
  })
  .superRefine(({ allowlist, denylist }, context) => {
    if (allowlist && denylist) context.addIssue({ code: "custom", message: exclusive, path: ["denylist"] })
    if (!allowlist && !denylist) context.addIssue({ code: "custom", message: "give an allowlist or a denylist", path: ["allowlist"] })
  })
  .meta({ id: "SetEgressPolicyRequest" })
export type SetEgressPolicyRequest = z.infer<typeof SetEgressPolicyRequest>

/** At most one of the lists is there; without any, a sandbox reaches what the platform lets it. */
export const EgressPolicy = z
  .object({ allowlist: z.array(z.string()).nullable(), denylist: z.array(z.string()).nullable() })
  .meta({ id: "EgressPolicy" })
export type EgressPolicy = z.infer<typeof EgressPolicy>

export const EgressPolicyStatus = z
  .object({
    policy: EgressPolicy,
    generation: z.int().describe("Grows with each policy that replaces another"),
    applied_generation: z.int(),
    applied: z.boolean().describe("Whether new connections follow the policy"),
  })
  .meta({ id: "EgressPolicyStatus" })
export type EgressPolicyStatus = z.infer<typeof EgressPolicyStatus>

/** A policy in the form that it is kept in; its rules have been checked. */
export function canonicalPolicy(lists: { allowlist?: string[] | null | undefined; denylist?: string[] | null | undefined }): EgressPolicy {
  const list = (rules: string[] | null | undefined) =>
    rules ? [...new Set(rules.flatMap((text) => Object.values(readEgressRule(text))))] : null
  return { allowlist: list(lists.allowlist), denylist: list(lists.denylist) }
}
