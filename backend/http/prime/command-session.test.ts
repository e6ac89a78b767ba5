import { expect, test } from "vitest"
import { commandEvents, envelope, lastEnvelope, readStart, shellLine } from "./command-session.ts"

const hex = (text: string) => Buffer.from(text, "hex")

// As prime_sandboxes 0.5.1 and Google's protobuf write them.
const started = "0a270a092f62696e2f6261736812022d6312076563686f2024411a070a01411202c3bc22042f6170702000"
const withInput = "0a140a092f62696e2f6261736812022d63120363617420012a0178"

test("a request of the SDK is read, and becomes the line that it runs", () => {
  const command = readStart(envelope(hex(started)))
  expect(command).toEqual({ cmd: "/bin/bash", args: ["-c", "echo $A"], env: { A: "ü" }, cwd: "/app", user: undefined })
  expect(shellLine(command)).toBe("echo $A")
  expect(shellLine({ ...command, cmd: "/usr/bin/env", args: ["it's", "$A"] })).toBe(`'/usr/bin/env' 'it'\\''s' '$A'`)
})

test("events are written as the SDK reads them", () => {
  expect(commandEvents.start(300).toString("hex")).toBe("0a050a0308ac02")
  expect(commandEvents.stdout("ü").toString("hex")).toBe("0a0612040a02c3bc")
  expect(commandEvents.stderr("no").toString("hex")).toBe("0a06120412026e6f")
  expect(commandEvents.end(137).toString("hex")).toBe("0a071a050892021001")
  expect(commandEvents.keepalive().toString("hex")).toBe("0a022200")
  expect(envelope(hex("0a")).toString("hex")).toBe("00000000010a")
  expect(lastEnvelope({ code: "not_found", message: "gone" }).toString("latin1")).toBe(
    '\u0002\0\0\0/{"error":{"code":"not_found","message":"gone"}}',
  )
})

test("what a sandbox cannot do is refused, and so is everything that is not one message", () => {
  expect(() => readStart(envelope(hex(withInput)))).toThrow("stdin: commands read no input on this platform")
  expect(() => readStart(envelope(Buffer.alloc(0)))).toThrow("the program to run is missing")
  const message = envelope(hex(started))
  for (const body of [Buffer.alloc(0), hex("00"), message.subarray(0, -1), Buffer.concat([message, message]), envelope(hex(started), 1)])
    expect(() => readStart(body)).toThrow("not one uncompressed message")
  for (const text of ["0aff", "0affffffffffffff", "0b", "80", "0a05ff"])
    expect(() => readStart(envelope(hex(text)))).toThrow("not a protobuf message")
})
