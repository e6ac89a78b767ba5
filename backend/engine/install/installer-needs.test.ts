import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { expect, test } from "vitest"
import { installerNeeds } from "./installer-needs.ts"

test("an installer reaches the indexes and the proxy that the operator has set, and sees the files that the settings name", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "he-needs-"))
  const config = path.join(folder, "uv.toml")
  await writeFile(config, '[[index]]\nurl = "https://files.example.org:8443/simple"\n')
  const needs = await installerNeeds("sh", {
    PATH: "/usr/bin:/bin",
    UV_CONFIG_FILE: config,
    UV_DEFAULT_INDEX: "https://user:word@Index.example.org/simple",
    UV_INDEX: `one=http://10.0.0.5:3141/root http://[fd00::5]/simple file://${folder}`,
    UV_CACHE_DIR: folder,
    SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
    HTTPS_PROXY: "proxy.example.org:8080",
    NO_PROXY: "http://never.example.org",
  })
  const hosts = ["files.example.org:8443", "index.example.org:443", "10.0.0.5:3141", "[fd00::5]:80", "proxy.example.org:8080"]
  expect(needs.reach.sort()).toEqual([...hosts, "files.pythonhosted.org:443", "pypi.org:443"].sort())
  expect(needs.mounts.map(({ source }) => source).sort()).toEqual([config, folder].sort())
  expect(needs.mounts.some(({ writable }) => writable)).toBe(false)
  await expect(installerNeeds("no-such-installer", { PATH: "/usr/bin" })).rejects.toThrow("the setting UV names the installer")
  await rm(folder, { recursive: true })
})
