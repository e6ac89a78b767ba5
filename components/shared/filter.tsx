import { X } from "lucide-react"
import type { ParserMap } from "nuqs/server"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { MultiSelect } from "@/components/ui/form/multi-select.tsx"
import { NumberInput } from "@/components/ui/form/number-input.tsx"
import { SearchInput } from "@/components/ui/form/search-input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import type { FilterControl } from "@/lib/list-search.ts"

/** Values and their words, in the order shown. */
export type FilterOptions = Readonly<Record<string, string>>

interface FilterProps {
  control: FilterControl
  parser: ParserMap[string]
  /** The parsed value; null when the filter is not set. */
  value: unknown
  onChange: (value: unknown) => void
  /** Called with a number that is being typed, before it is chosen. */
  onMean?: ((value: unknown) => void) | undefined
  /** The address without this filter. */
  removeHref: string
}

/** One control of the filter bar. It deals in the texts of the address and lets the parameter's parser read them. */
export function Filter({ control, parser, value, onChange, onMean, removeHref }: FilterProps) {
  if (control.kind === "several")
    return (
      <MultiSelect {...control} chosen={(value as string[] | null) ?? []} onChange={(chosen) => onChange(parser.parse(chosen as never))} />
    )
  if (control.kind === "toggle")
    return (
      <Button
        aria-label={control.label}
        title={control.label}
        aria-pressed={value === true}
        onClick={() => onChange(value === true ? null : true)}
        className="font-mono aria-pressed:bg-muted aria-pressed:ring-1 aria-pressed:ring-ring"
      >
        <span aria-hidden>{control.text}</span>
      </Button>
    )
  const text = value === null || value === undefined ? "" : String(parser.serialize(value))
  const read = (next: string) => (next === "" ? null : parser.parse(next as never))
  const change = (next: string) => onChange(read(next))
  switch (control.kind) {
    case "search":
      return <SearchInput {...control} value={text} onChange={change} />
    case "number":
      return <NumberInput {...control} value={text} onChange={change} onMean={onMean && ((next) => onMean(read(next)))} />
    case "one":
      return <Choice {...control} value={text} onChange={change} />
    case "removable":
      return text ? <Removable text={control.text(text)} href={removeHref} /> : null
  }
}

interface ChoiceProps {
  label: string
  /** Words for no choice; without them, one is always chosen. */
  any?: string
  options?: FilterOptions
  className?: string
  value: string
  onChange: (value: string) => void
}

function Choice({ label, any, options = {}, className, value, onChange }: ChoiceProps) {
  // A value of the address that the list does not know is still shown as what is chosen.
  const known = value === "" || Object.hasOwn(options, value) ? options : { ...options, [value]: value }
  return (
    <Select
      aria-label={label}
      className={cn("w-40 max-sm:w-auto max-sm:min-w-24 max-sm:flex-1", className)}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {any !== undefined && <option value="">{any}</option>}
      {Object.entries(known).map(([key, words]) => (
        <option key={key} value={key}>
          {words}
        </option>
      ))}
    </Select>
  )
}

const Removable = ({ text, href }: { text: string; href: string }) => (
  <ButtonLink href={href} scroll={false} prefetch={false} aria-label={`${text}: remove this filter`} className="max-w-60">
    <span className="truncate">{text}</span>
    <X aria-hidden />
  </ButtonLink>
)
