import { screen, waitFor } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { updateAbout } from "../actions.ts"
import { AboutCard } from "./about-card.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("../actions.ts", () => ({ updateAbout: vi.fn() }))

test("what is typed is saved as an environment keeps it, and a refusal stands at its field", async () => {
  vi.mocked(updateAbout).mockResolvedValueOnce({
    ok: false,
    message: "tags: at most 60 characters",
    problems: [{ field: "tags.0", message: "at most 60 characters" }],
  })
  const { user } = show(<AboutCard owner="ann" name="maze" description="A maze" tags={["walk"]} readme="# Maze" />)
  const save = screen.getByRole<HTMLButtonElement>("button", { name: "Save" })
  expect(save.disabled).toBe(true)
  await user.type(screen.getByLabelText("Tags"), ", maths,, walk ")
  await user.click(save)
  await waitFor(() =>
    expect(updateAbout).toHaveBeenCalledWith("ann", "maze", { description: "A maze", tags: ["walk", "maths"], readme: "# Maze" }),
  )
  expect(await screen.findByText("at most 60 characters")).toBeTruthy()
  expect(screen.getByLabelText("Tags").getAttribute("aria-invalid")).toBe("true")
})
