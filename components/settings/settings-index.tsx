import { Link } from "@/components/ui/link.tsx"

interface SettingsIndexProps {
  /** The parts of the page, by the ids of their headings. */
  parts: readonly { id: string; label: string }[]
  /** Pages of their own. */
  pages: readonly { href: string; label: string }[]
}

const link = "block rounded-sm py-1 text-muted-foreground hover:text-foreground max-xl:py-2"

/** What there is to set, beside the page where there is room; on narrower screens the other pages alone, above it. */
export function SettingsIndex({ parts, pages }: SettingsIndexProps) {
  return (
    <nav aria-label="Settings" className="flex shrink-0 flex-col gap-4 text-xs xl:sticky xl:top-16 xl:w-36 xl:self-start">
      <ul aria-label="On this page" className="max-xl:hidden">
        {parts.map(({ id, label }) => (
          <li key={id}>
            <a href={`#${id}`} className={link}>
              {label}
            </a>
          </li>
        ))}
      </ul>
      <ul aria-label="Other pages" className="flex flex-wrap gap-x-5 xl:flex-col xl:border-t xl:pt-3">
        {pages.map(({ href, label }) => (
          <li key={href}>
            <Link href={href} className={link}>
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
