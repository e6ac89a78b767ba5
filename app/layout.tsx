import { readFileSync } from "node:fs"
import { GeistMono } from "geist/font/mono"
import { GeistSans } from "geist/font/sans"
import type { Metadata, Viewport } from "next"
import { headers } from "next/headers"
import type { ReactNode } from "react"
import "./globals.css"
import { Providers } from "./providers.tsx"

const description = "Hosted evaluations of RL environments."
const icon = readFileSync("public/icon.svg", "utf8")

export const metadata: Metadata = {
  title: { default: "Hosted Evals", template: "%s · Hosted Evals" },
  description,
  metadataBase: new URL(process.env.PUBLIC_URL ?? `http://localhost:${process.env.PORT ?? 3000}`),
  manifest: "/manifest.webmanifest",
  icons: {
    icon: [
      { url: "/favicon.ico", sizes: "16x16 32x32 48x48" },
      // In the page itself: one request less for every view of it.
      { url: `data:image/svg+xml,${encodeURIComponent(icon)}`, type: "image/svg+xml" },
    ],
    apple: "/apple-touch-icon.png",
  },
  openGraph: { type: "website", siteName: "Hosted Evals", description, images: [{ url: "/preview.png", width: 1200, height: 630 }] },
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafbfc" },
    { media: "(prefers-color-scheme: dark)", color: "#0d0e11" },
  ],
}

/**
 * React reveals what replaces a page's skeleton with the next frame, or later: no earlier than 300 ms after the first, so that pages with many such parts do not
 * flicker. Ours have one, which mostly arrives before the first frame, and scripts that have come would be evaluated before the next. React's script collects what
 * is to be revealed under this name; here that is done as soon as the line that says so has run. If React ever renames it, this has no effect.
 */
const showAtOnce =
  '{let parts;Object.defineProperty(window,"$RB",{get:()=>parts,set(list){parts=list;list.push=(...more)=>{list.splice(list.length,0,...more);queueMicrotask(()=>window.$RV(list))}}})}'

/**
 * Nothing is drawn until the whole page has been read (no element has this id, so that the wait ends with the page), but for no longer than this after its styles
 * have come: what arrives at once is drawn once, without a skeleton first, and what takes longer has its skeleton. Browsers that do not know this draw as ever.
 */
const wholePage = { rel: "expect", href: "#end-of-page", blocking: "render" }
const wholePageMs = 150
const drawAnyway = `setTimeout(()=>document.querySelector("link[rel=expect]")?.remove(),${wholePageMs})`

/** Every page is rendered for its request: its scripts carry the nonce of that one answer (proxy.ts). */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined
  return (
    <html lang="en" suppressHydrationWarning className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <head>
        <link {...wholePage} />
      </head>
      <body>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: these are our own words; browsers hide the nonce from React */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: `${showAtOnce};${drawAnyway}` }} />
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  )
}
