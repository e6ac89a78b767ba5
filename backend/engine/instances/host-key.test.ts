import ssh2 from "ssh2"
import { expect, test } from "vitest"
import { newHostKey } from "./host-key.ts"

test("each of a thousand new host keys can be read again", () => {
  for (let i = 0; i < 1000; i++) expect(ssh2.utils.parseKey(newHostKey().private)).not.toBeInstanceOf(Error)
})
