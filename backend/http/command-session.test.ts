import { expect, test } from "vitest"
import { endFrame, exitFrame, outputFrame, readStartRequest, startFrame } from "./command-session.ts"

const framed = (hex: string): Buffer => {
  const message = Buffer.from(hex, "hex")
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

// Both as prime_sandboxes 0.5.1 serialises them.
const echo = framed("0a2b0a092f62696e2f6261736812022d63120c6563686f2027c3a9272024411a060a014112013122042f6170702000")
const cat = framed("0a180a092f62696e2f6261736812022d6312036361742a026d6520012a0175")

test("what the SDK asks is read", () => {
  expect(readStartRequest(echo)).toEqual({
    argv: ["/bin/bash", "-c", "echo 'é' $A"],
    env: { A: "1" },
    workingDir: "/app",
    user: null,
    hasInput: false,
  })
  expect(readStartRequest(cat)).toMatchObject({ argv: ["/bin/bash", "-c", "cat"], workingDir: null, user: "me", hasInput: true })
})

test("bytes that are no request are refused", () => {
  for (const bytes of ["", "00", "0100000000", "00000000020aff", "0000000003ffffff"])
    expect(() => readStartRequest(Buffer.from(bytes, "hex"))).toThrow(RangeError)
})

test("events are framed as the SDK reads them", () => {
  expect(startFrame().toString("hex")).toBe("00000000060a040a020801")
  expect(outputFrame("stderr", "é").toString("hex")).toBe("00000000080a0612041202c3a9")
  expect(exitFrame(-1).toString("hex")).toBe("00000000080a061a0408011001")
  expect(endFrame().subarray(5).toString()).toBe("{}")
  expect(JSON.parse(String(endFrame({ code: "not_found", message: "gone" }).subarray(5)))).toEqual({
    error: { code: "not_found", message: "gone" },
  })
})
