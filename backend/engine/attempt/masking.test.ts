import { expect, test } from "vitest"
import { growth } from "../../../contract/testing/growth.ts"
import { maskJson, maskOf } from "./masking.ts"

const secret = "s3cr3t-'tok\\en\"-é"
const mask = maskOf([{ name: "TOKEN", value: secret }])

test.each([
  ["as it is", secret],
  ["in JSON", JSON.stringify(secret).slice(1, -1)],
  ["in an address", encodeURIComponent(secret)],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in hexadecimal digits", Buffer.from(secret).toString("hex")],
  ["in capital hexadecimal digits", Buffer.from(secret).toString("hex").toUpperCase()],
  ["backwards", [...secret].reverse().join("")],
  ["as Python shows it", "s3cr3t-\\'tok\\\\en\"-é"],
])("a secret %s is hidden", (_, form) => {
  expect(mask(`before ${form} after`)).toMatch(/^before \[TOKEN\]=* after$/)
})

test.each(["", "a", "ab", "user:", "longer name:"])("what follows %j in base64 is hidden", (before) => {
  const coded = Buffer.from(`${before}${secret}`).toString("base64")
  expect(mask(coded)).toContain("[TOKEN]")
  expect(mask(coded).replace("[TOKEN]", "").length).toBeLessThan(coded.length - Buffer.from(secret).length)
})

test("colours in the middle of a secret do not show it", () => {
  const coloured = [...secret].map((character) => `\u001b[31m${character}`).join("")
  expect(mask(`\u001b[1mkey: ${coloured}\u001b[0m, done`)).toBe("\u001b[1mkey: \u001b[31m[TOKEN]\u001b[0m, done")
})

test("a file is hidden line by line", () => {
  const key = ["-----BEGIN KEY-----", ...Array.from({ length: 50 }, (_, i) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${i}`), "-----END KEY-----"]
  const hides = maskOf([{ name: "KEY", value: key.join("\n") }])
  expect(hides(key.join("\n"))).toBe("[KEY]")
  expect(hides(`line: ${key[7]}!`)).toBe("line: [KEY]!")
})

test("names and texts of a value are masked, its numbers and structure are not", () => {
  expect(maskJson(mask, { [secret]: [secret, 12, null, { deep: `x${secret}` }] })).toEqual({
    "[TOKEN]": ["[TOKEN]", 12, null, { deep: "x[TOKEN]" }],
  })
})

test("what holds no secret is the value itself, and beside one everything keeps its place", () => {
  const plain = JSON.parse('{"b": [1, "x", {"__proto__": "y"}], "a": null}')
  expect(maskJson(mask, plain)).toBe(plain)
  const value = JSON.parse(`{"b": ["x", ${JSON.stringify(secret)}, {"__proto__": 1}], "a": 2, ${JSON.stringify(secret)}: 3, "c": {"d": 4}}`)
  expect(JSON.stringify(maskJson(mask, value))).toBe('{"b":["x","[TOKEN]",{"__proto__":1}],"a":2,"[TOKEN]":3,"c":{"d":4}}')
  expect(value.b[1]).toBe(secret)
})

test("the time grows with the secret and with the text, also where all lines begin alike", () => {
  const value = (lines: number) => Array.from({ length: lines }, (_, i) => `the same beginning of every line ${i}`).join("\n")
  const hides = maskOf([{ name: "FILE", value: value(1000) }])
  expect(growth((size) => void hides("the same beginning of every line ".repeat(size)), 500)).toBeLessThan(3)
  expect(growth((size) => void maskOf([{ name: "FILE", value: value(size) }]), 100)).toBeLessThan(3)
})
