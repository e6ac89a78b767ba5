import {
  createLoader,
  createMultiParser,
  createParser,
  createSerializer,
  type inferParserType,
  type ParserMap,
  type SearchParams,
} from "nuqs/server"
import { cutText } from "@/contract/text/cut-text.ts"

export type { SearchParams }

/** How the filter bar shows one filter. Where `options` are left out, the page that knows them hands them to the bar. */
export type FilterControl =
  | { kind: "search"; label: string; placeholder: string; className?: string }
  | { kind: "one"; label: string; any?: string; options?: Readonly<Record<string, string>>; className?: string }
  | { kind: "several"; label: string; any: string; some: (count: number) => string; options: Readonly<Record<string, string>> }
  | { kind: "number"; label: string; placeholder: string }
  /** On or off: how another filter is meant. Its parser has a default, so it is no filter by itself. */
  | { kind: "toggle"; label: string; text: string }
  /** Set by a link elsewhere; the bar only shows it and takes it away. */
  | { kind: "removable"; text: (value: string) => string }

type Change<State> = { [Name in keyof State]?: State[Name] | null }

interface Definition<Parsers extends ParserMap> {
  /** One nuqs parser per URL parameter. A filter has no default: null means that it is not set. */
  parsers: Parsers
  /** The controls of the filter bar, in their order. */
  filters: { readonly [Name in keyof Parsers]?: FilterControl }
  /** Parameters that any other change drops, such as the page. */
  dropped?: readonly (keyof Parsers & string)[]
}

/**
 * The URL state of a list, declared once: server components `load` it, links are built by `href`, and the filter bar
 * renders from `filters`.
 */
export function listSearch<const Parsers extends ParserMap>({ parsers, filters, dropped = [] }: Definition<Parsers>) {
  type State = inferParserType<Parsers>
  const serialize = createSerializer(parsers)
  const names = Object.keys(filters).filter((name) => parsers[name]?.defaultValue === undefined)
  const nulls = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, null])) as Change<State>
  return {
    parsers,
    filters,
    /** State without the parameters that a change of another one drops. */
    dropped: nulls(dropped),
    /** The change that removes every filter; the order stays. */
    cleared: nulls(names),
    /** Reads a page's `searchParams`. Values that make no sense fall away, so old links still open. */
    load: createLoader(parsers),
    /** The address of the list with `change` applied to the present `state`. */
    href(pathname: string, state: State, change: Change<State>): string {
      return serialize(pathname, { ...state, ...nulls(dropped), ...change } as Parameters<typeof serialize>[1])
    },
    hasFilters(state: State): boolean {
      return names.some((name) => state[name as keyof State] !== null)
    },
  }
}

/** What the address of a list says: `StateOf<typeof runsSearch>`. */
export type StateOf<Search extends { parsers: ParserMap }> = inferParserType<Search["parsers"]>

/** A definition whose parsers do not matter to the one who holds it. */
export type AnyListSearch = ReturnType<typeof listSearch<ParserMap>>

/** Text without the spaces around it, at most `charactersMax` long; blank text is no value. */
export const text = (charactersMax = 200) =>
  createParser({ parse: (value) => cutText(value.trim(), charactersMax) || null, serialize: (value: string) => value })

/** Text exactly as it is, for ids that may begin or end with a space; an empty one is no value. */
export const exactText = () => createParser({ parse: (value) => value || null, serialize: (value: string) => value })

/** A finite number; zero is one. */
export const number = () =>
  createParser({
    parse: (value) => {
      const parsed = Number(value)
      return value.trim() === "" || !Number.isFinite(parsed) ? null : parsed
    },
    serialize: String,
  })

/** On or off; off is no value. */
export const flag = () => createParser({ parse: (value) => value === "true", serialize: String }).withDefault(false)

/** Some of `values`, separated by commas or given several times. None and all of them are both no value. */
export const severalOf = <const Value extends string>(values: readonly Value[]) =>
  createMultiParser({
    parse: (given) => {
      const wanted = new Set(given.flatMap((one) => one.split(",")).map((one) => one.toLowerCase()))
      const chosen = values.filter((value) => wanted.has(value.toLowerCase()))
      return chosen.length > 0 && chosen.length < values.length ? chosen : null
    },
    serialize: (chosen: Value[]) => [chosen.join(",")],
    eq: (a, b) => a.join() === b.join(),
  })

/** The number of a page, from 1 to `max`. */
export const pageNumber = (max = Number.MAX_SAFE_INTEGER) =>
  createParser({
    parse: (value) => {
      const page = Number(value)
      return Number.isInteger(page) && page >= 1 ? Math.min(page, max) : null
    },
    serialize: String,
  }).withDefault(1)

/** The values that are set, as an API query takes them. */
export const given = <Values extends object>(values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)) as {
    [Name in keyof Values]?: NonNullable<Values[Name]>
  }

export interface Order<Sort extends string = string> {
  by: Sort
  order: "asc" | "desc"
}

/** The link of a column's header: sorts by the column in its natural order, or reverses the order in force. */
export function sortLink<Sort extends string>(
  current: Order<Sort>,
  by: Sort,
  natural: (by: Sort) => "asc" | "desc",
  href: (next: { sort: Sort; order: "asc" | "desc" | null }) => string,
): { href: string; direction: "asc" | "desc" | null } {
  const direction = current.by === by ? current.order : null
  const order = direction === null ? natural(by) : direction === "asc" ? "desc" : "asc"
  return { href: href({ sort: by, order: order === natural(by) ? null : order }), direction }
}
