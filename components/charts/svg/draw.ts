import { palette } from "./palette.ts"

/** What a saved drawing says of itself. */
export interface DrawingAbout {
  /** What is drawn. */
  title: string
  /** Of what, such as the environment, the model and the name of the run. */
  subject: string
  /** The page that it was saved from. */
  url: string
  /** When it was saved, as text. */
  date: string
}

/** What is drawn below the head, in a box of `width` by `height` whose corner is 0, 0. */
export interface Drawing {
  /** In a sentence, for those who cannot see it. */
  words: string
  height: number
  body: string
}

export const width = 640
const padding = 24
const headHeight = 50
const footHeight = 32

const sans = "Geist, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
export const mono = "'Geist Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

/** A text inside of XML, without the characters that XML cannot hold. */
export const xml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (mark) => entities[mark] as string)

type Attributes = Record<string, string | number | undefined>

/** An element. Numbers are written with two decimals. */
export function element(name: string, attributes: Attributes, content?: string): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? Number(value.toFixed(2)) : xml(String(value))}"`)
  return content === undefined ? `<${name}${given.join("")}/>` : `<${name}${given.join("")}>${content}</${name}>`
}

export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string): string =>
  element("line", { x1, y1, x2, y2, stroke, "stroke-width": 1 })

interface TextLook {
  anchor?: "start" | "middle" | "end"
  fill?: string
  size?: number
  weight?: number
  family?: string
}

/** A line of text on its base line. */
export const text = (x: number, y: number, content: string, look: TextLook = {}): string =>
  element(
    "text",
    {
      x,
      y,
      "text-anchor": look.anchor,
      fill: look.fill ?? palette.foreground,
      "font-size": look.size ?? 12,
      "font-weight": look.weight,
      "font-family": look.family,
    },
    xml(content),
  )

/** A text that is cut to a number of characters, with a mark where it was. */
export function short(content: string, most: number): string {
  const characters = [...content]
  return characters.length <= most ? content : `${characters.slice(0, most - 1).join("")}…`
}

const partCharacters = 30

/** A subject whose parts are cut, each for itself, so that the last one is there, too. */
const shortSubject = (subject: string): string =>
  subject
    .split(" · ")
    .map((part) => short(part, partCharacters))
    .join(" · ")

/** A whole picture: head, drawing, and below it where and when it was made. Its text stays text. */
export function svgDocument(about: DrawingAbout, drawing: Drawing): string {
  const height = padding + headHeight + drawing.height + footHeight + padding / 2
  const full = width + 2 * padding
  const caption = `${about.date} · ${about.url}`
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: full,
      height,
      viewBox: `0 0 ${full} ${height}`,
      role: "img",
      "aria-labelledby": "title desc",
      "font-family": sans,
    },
    [
      element("title", { id: "title" }, xml(`${about.title}: ${about.subject}`)),
      element("desc", { id: "desc" }, xml(`${drawing.words}. ${caption}`)),
      element("rect", { width: full, height, fill: palette.background }),
      text(padding, padding + 10, about.title, { size: 14, weight: 600 }),
      text(padding, padding + 28, shortSubject(about.subject), { fill: palette["muted-foreground"] }),
      element("g", { transform: `translate(${padding} ${padding + headHeight})` }, drawing.body),
      text(padding, height - padding / 2 - 4, short(caption, 110), { size: 10, fill: palette["muted-foreground"] }),
    ].join(""),
  )
}
