import { fireEvent, render, screen } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { Link } from "./link.tsx"

vi.mock("next/link", () => ({
  default: ({ prefetch, ...rest }: { prefetch: boolean | null; href: string }) => <a data-prefetch={String(prefetch)} {...rest} />,
}))
const prefetch = () => screen.getByRole("link").getAttribute("data-prefetch")

test.each(["mouseEnter", "focus"] as const)("a page is fetched ahead only after %s", (event) => {
  render(<Link href="/there">There</Link>)
  expect(prefetch()).toBe("false")
  fireEvent[event](screen.getByRole("link"))
  expect(prefetch()).toBe("null")
})

test("another order of a list is never fetched ahead", () => {
  render(
    <Link href="/here?sort=name" prefetch={false}>
      Name
    </Link>,
  )
  fireEvent.mouseEnter(screen.getByRole("link"))
  expect(prefetch()).toBe("false")
})
