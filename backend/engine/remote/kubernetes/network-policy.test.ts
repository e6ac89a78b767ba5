import { expect, test } from "vitest"
import { egressOf } from "./network-policy.ts"
import type { KubernetesOptions } from "./options.ts"

const at = (platformUrl: string, also: Partial<KubernetesOptions> = {}) => ({ platformUrl, ...also }) as KubernetesOptions
const tcp = (port: number) => [{ protocol: "TCP", port }]

test("an attempt may reach the platform and what its order names, and names only where there are some", async () => {
  expect(await egressOf(at("http://10.0.0.1:3001"), { network: "none", reach: ["[2001:db8::1]:443"] })).toEqual([
    { to: [{ ipBlock: { cidr: "10.0.0.1/32" } }], ports: tcp(3001) },
    { to: [{ ipBlock: { cidr: "2001:db8::1/128" } }], ports: tcp(443) },
  ])
  const rules = await egressOf(at("http://10.0.0.1:3001"), { network: "none", reach: ["localhost:9000"] })
  expect(rules.slice(1)).toEqual([
    { to: expect.arrayContaining([{ ipBlock: { cidr: "127.0.0.1/32" } }]), ports: tcp(9000) },
    { to: [expect.objectContaining({ podSelector: { matchLabels: { "k8s-app": "kube-dns" } } })], ports: expect.anything() },
  ])
})

test("a name that leads nowhere opens nothing", async () => {
  const rules = await egressOf(at("http://10.0.0.1:3001"), { network: "none", reach: ["nothing.invalid:443"] })
  expect(rules.every(({ to }) => to.length > 0)).toBe(true)
})

test("the internet is without private networks", async () => {
  const rules = await egressOf(at("http://10.0.0.1:3001"), { network: "internet", reach: [] })
  const [ipv4, ipv6] = rules.slice(-2).map(({ to }) => to[0]?.ipBlock)
  expect(ipv4).toMatchObject({ cidr: "0.0.0.0/0", except: expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16"]) })
  expect(ipv6).toMatchObject({ cidr: "::/0", except: expect.arrayContaining(["fc00::/7", "fe80::/10"]) })
})

test("a platform at a name needs to be told apart by its pods", async () => {
  const url = "http://hosted-evals.platform.svc:3001"
  await expect(egressOf(at(url), { network: "none", reach: [] })).rejects.toThrow("platformPeers")
  const peers = [{ podSelector: { matchLabels: { app: "hosted-evals" } } }]
  expect((await egressOf(at(url, { platformPeers: peers }), { network: "none", reach: [] }))[0]).toEqual({ to: peers })
})
