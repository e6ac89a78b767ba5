import { access, constants, readFile, realpath, stat } from "node:fs/promises"
import path from "node:path"
import type { Mount } from "../../sandbox/executor.ts"
import { joinAddress } from "../../sandbox/network.ts"

/** Where packages come from unless the operator names another index. */
const standardIndex = ["pypi.org:443", "files.pythonhosted.org:443"]
const systemConfig = "/etc/uv/uv.toml"
const ports: Record<string, string> = { "http:": "80", "https:": "443", "socks5:": "1080", "socks5h:": "1080" }
/** Variables whose paths are of no use to an installer in a sandbox: where uv keeps what it makes, and the search path. */
const ownFolders = /^(PATH|UV_\w*DIR)$/i

/** What an installer has of the machine besides the environment it fills. */
export interface InstallerNeeds {
  /** Path of uv. */
  uv: string
  /** Read-only: uv, and the files and folders that the settings name. */
  mounts: Mount[]
  /** host:port of the package indexes that the operator has set, and of the machine's own proxy. */
  reach: string[]
}

/**
 * Finds what the installer's settings name.
 * @param command uv, as a path or a name on the PATH
 * @param variables the operator's settings of installers
 */
export async function installerNeeds(command: string, variables: Readonly<Record<string, string>>): Promise<InstallerNeeds> {
  const uv = await realpath(await findCommand(command, variables.PATH ?? ""))
  const config = variables.UV_CONFIG_FILE ?? systemConfig
  const settings = Object.entries(variables).filter(([name]) => !ownFolders.test(name))
  const named = settings.flatMap(([, value]) => value.split(/[\s,]+/).map((part) => part.replace(/^file:\/\//, "")))
  const files = [uv, config, ...named].filter((file) => path.isAbsolute(file) && !isSystem(file))
  const there = await Promise.all([...new Set(files)].map(async (file) => ((await stat(file).catch(() => null)) ? [file] : [])))
  const indexes = [
    ...settings.filter(([name]) => /^UV_/i.test(name)).map(([, value]) => value),
    await readFile(config, "utf8").catch(() => ""),
  ]
  const proxies = settings.filter(([name]) => /_PROXY$/i.test(name) && !/^NO_/i.test(name)).map(([, value]) => withProtocol(value))
  return {
    uv,
    mounts: there.flat().map((file) => ({ source: file, target: file, writable: false })),
    reach: [...new Set([...standardIndex, ...[...indexes, ...proxies].flatMap(addressesIn)])],
  }
}

async function findCommand(command: string, searchPath: string): Promise<string> {
  if (command.includes("/")) return path.resolve(command)
  for (const folder of searchPath.split(":").filter(Boolean)) {
    const file = path.join(folder, command)
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file
  }
  throw new Error(`There is no ${command} on the PATH: the setting UV names the installer`)
}

/** host:port of every address in a text. */
const addressesIn = (text: string): string[] =>
  (text.match(/\b(https?|socks5h?):\/\/[^\s"',<>]+/gi) ?? []).flatMap((address) => {
    if (!URL.canParse(address)) return []
    const { protocol, hostname, port } = new URL(address)
    return hostname ? [joinAddress(hostname.replace(/^\[|\]$/g, ""), Number(port || ports[protocol]))] : []
  })

const withProtocol = (proxy: string): string => (proxy.includes("://") ? proxy : `http://${proxy}`)

/** Every sandbox sees these anyway. */
const isSystem = (file: string): boolean => /^\/(usr|etc\/ssl|etc\/pki|bin|lib\w*)(\/|$)/.test(file) || file === "/"
