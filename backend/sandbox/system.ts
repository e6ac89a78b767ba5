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

/** The few settings that are a sandbox's own (its user, its name server): files by their name in /etc. */
const settingsOf = (user: SandboxUser): Record<string, string> => ({
  passwd: `root:x:0:0::/:/bin/false\nsandbox:x:${user.uid}:${user.gid}::${user.home}:/bin/sh\n`,
  group: `root:x:0:\nsandbox:x:${user.gid}:\n`,
  hosts: "127.0.0.1 localhost sandbox\n::1 localhost\n",
  "resolv.conf": "nameserver 127.0.0.1\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
})

/** Who a program in a sandbox is there. */
export interface SandboxUser {
  uid: number
  gid: number
  home: string
}

/** The settings that are a sandbox's own: files by their path, for whoever is to write them into this folder, and where to mount them. */
export function ownSettings(folder: string, user: SandboxUser): { files: Record<string, string>; mounts: Mount[] } {
  const settings = Object.entries(settingsOf(user)).map(([name, text]) => ({ name, text, file: path.join(folder, name) }))
  return {
    files: Object.fromEntries(settings.map(({ file, text }) => [file, text])),
    mounts: settings.map(({ name, file }) => ({ source: file, target: `/etc/${name}`, writable: false })),
  }
}

/** Writes settings where a sandbox of this machine shows them from. */
export async function writeSettings(files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o755 })
    await writeFile(file, text, { mode: 0o644 })
  }
}
