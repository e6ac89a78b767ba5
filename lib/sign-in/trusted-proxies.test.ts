import { expect, test } from "vitest"
import { readTrustedProxies } from "./trusted-proxies.ts"

test("a proxy on this machine is trusted, and those that the setting names, as addresses or networks", () => {
  const here = readTrustedProxies()
  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) expect(here(address), address).toBe(true)
  for (const address of ["10.0.0.5", "::ffff:10.0.0.5", "fd00::5", "", "proxy"]) expect(here(address), address).toBe(false)
  const named = readTrustedProxies("10.0.0.0/8, 192.0.2.7\nfd00::/16")
  for (const address of ["127.0.0.1", "10.9.8.7", "::ffff:10.0.0.5", "192.0.2.7", "fd00::5"]) expect(named(address), address).toBe(true)
  for (const address of ["11.0.0.1", "192.0.2.8", "fd01::5"]) expect(named(address), address).toBe(false)
})

test.each(["proxy.example.com", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/-1", "fd00::/129"])(
  "%s is refused by name",
  (entry) => {
    expect(() => readTrustedProxies(`10.0.0.1,${entry}`)).toThrow(`TRUSTED_PROXIES: ${entry} is no address or network`)
  },
)
