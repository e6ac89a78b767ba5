import { execFile } from "node:child_process"
import { writeFile } from "node:fs/promises"
import path from "node:path"
import { promisify } from "node:util"

const openssl = (argv: string[], cwd: string) => promisify(execFile)("openssl", argv, { cwd })
const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

/** The users of a cluster's own parts, with the groups that their rights come from; each has the token `token-NAME`. */
const users = {
  admin: ["admin", "system:masters"],
  controller: ["system:kube-controller-manager", ""],
  scheduler: ["system:kube-scheduler", ""],
  n1: ["system:node:n1", "system:nodes"],
  n2: ["system:node:n2", "system:nodes"],
} as const

/**
 * Certificates, tokens and settings by which the parts of a cluster know each other, as files of a folder: ca.crt, api.crt, api.key, sa.key, sa.pub,
 * tokens.csv, and NAME.kubeconfig for each user.
 * @param address of the API server
 */
export async function writeIdentities(folder: string, address: string, port: number): Promise<void> {
  await openssl(["req", "-x509", ...key, "-days", "30", "-subj", "/CN=he-test", "-keyout", "ca.key", "-out", "ca.crt"], folder)
  await openssl(["req", ...key, "-subj", "/CN=kube-apiserver", "-keyout", "api.key", "-out", "api.csr"], folder)
  await writeFile(path.join(folder, "names"), `subjectAltName=IP:${address},IP:127.0.0.1\n`)
  const signed = ["-req", "-in", "api.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names"]
  await openssl(["x509", ...signed, "-out", "api.crt"], folder)
  await openssl(["genrsa", "-out", "sa.key", "2048"], folder)
  await openssl(["rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub"], folder)
  const rows = Object.entries(users).map(([name, [user, group]], at) => `token-${name},${user},u${at}${group && `,"${group}"`}`)
  await writeFile(path.join(folder, "tokens.csv"), `${rows.join("\n")}\n`)
  for (const name of Object.keys(users)) {
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: { server: `https://${address}:${port}`, "certificate-authority": path.join(folder, "ca.crt") } }],
      users: [{ name, user: { token: `token-${name}` } }],
      contexts: [{ name: "test", context: { cluster: "test", user: name } }],
      "current-context": "test",
    }
    await writeFile(path.join(folder, `${name}.kubeconfig`), JSON.stringify(config))
    await writeFile(path.join(folder, `${name}.token`), `token-${name}`)
  }
}
