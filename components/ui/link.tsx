"use client"

import NextLink from "next/link"
import { type ComponentProps, useState } from "react"

/**
 * A link to a page of this site. The page is fetched ahead only once someone points at the link or focuses it: every page is rendered
 * per request, and one view has dozens of links. `prefetch={false}` for links to another order, filter or page of a list.
 */
export function Link({ prefetch, ...rest }: ComponentProps<typeof NextLink>) {
  const [isMeant, setIsMeant] = useState(false)
  const mean = () => setIsMeant(true)
  return <NextLink prefetch={prefetch ?? (isMeant ? null : false)} onMouseEnter={mean} onFocus={mean} {...rest} />
}
