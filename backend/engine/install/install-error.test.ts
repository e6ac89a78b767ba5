import { expect, test } from "vitest"
import { InstallError } from "./install-error.ts"

const headline = (...lines: string[]) => new InstallError(lines.join("\n")).headline

test("the headline of a failed installation is its cause, not uv's last line", () => {
  expect(
    headline(
      "Using Python 3.11.7 environment at: envs/1",
      "error: No solution found when resolving dependencies",
      "  cause: Because you require openai>=3 and openai==2.45.0, we can conclude that your requirements are unsatisfiable.",
      "  hint: The versions of some packages are pinned",
    ),
  ).toBe(
    "No solution found when resolving dependencies: Because you require openai>=3 and openai==2.45.0, we can conclude that your requirements are unsatisfiable.",
  )
  expect(
    headline(
      "error: Request failed after 3 retries in 9.5s",
      "  cause: Failed to fetch: http://127.0.0.1:9/simple/x/",
      "  cause: tcp connect error",
      "  cause: Connection refused (os error 111)",
    ),
  ).toBe("Request failed after 3 retries in 9.5s: Failed to fetch: http://127.0.0.1:9/simple/x/")
})

test("what the network refused is the headline, and so is a sentence of the platform's own", () => {
  expect(headline("error: Failed", "  cause: no", "[network] 10.0.0.1:80 was refused")).toBe("[network] 10.0.0.1:80 was refused")
  expect(headline("It requires verifiers==0.1.5, and runs need 0.1.14 or newer.")).toMatch(/^It requires verifiers==0\.1\.5/)
})
