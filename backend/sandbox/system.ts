import { lstat, mkdir, readlink, writeFile } from "node:fs/promises"
import path from "node:path"
import type { Mount } from "./executor.ts"

/** Folders with programs and libraries. On most systems all but the first are links into it. */
const programFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]

/** Of the system's settings, what programs need: certificates, libraries, time zones, names of types and services. No accounts, no passwords. */
const settings = [
  "/etc/alternatives",
  "/etc/ca-certificates",
  "/etc/ca-certificates.conf",
  "/etc/fonts",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/localtime",
  "/etc/mime.types",
  "/etc/pki",
  "/etc/protocols",
  "/etc/services",
  "/etc/ssl",
  "/etc/timezone",
]

/** The system as programs in a sandbox see it: read-only folders, and links between them. */
export async function systemFolders(): Promise<{ mounts: Mount[]; links: { target: string; at: string }[] }> {
  const mounts: Mount[] = []
  const links: { target: string; at: string }[] = []
  for (const name of [...programFolders, ...settings]) {
    const found = await lstat(name).catch(() => null)
    if (found?.isSymbolicLink()) links.push({ target: await readlink(name), at: name })
    else if (found) mounts.push({ source: name, target: name, writable: false })
  }
  return { mounts, links }
}

/** Writes the few settings that are a sandbox's own (its user, its name server); returns where to mount them. */
export async function ownSettings(folder: string, user: { uid: number; gid: number; home: string }): Promise<Mount[]> {
  const files = {
    passwd: `root:x:0:0::/:/bin/false\nsandbox:x:${user.uid}:${user.gid}::${user.home}:/bin/sh\n`,
    group: `root:x:0:\nsandbox:x:${user.gid}:\n`,
    hosts: "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "resolv.conf": "nameserver 127.0.0.1\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  }
  await mkdir(folder, { recursive: true, mode: 0o755 })
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text, { mode: 0o644 })
  return Object.keys(files).map((name) => ({ source: path.join(folder, name), target: `/etc/${name}`, writable: false }))
}
