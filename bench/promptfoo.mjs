// Pages of a run with 100,000 samples of 5 KB, beside those of one with 1,000 and promptfoo's viewer with 10,000 rows of as much: from the address
// to what a person reads, with an empty cache each time, the median of five, one after the other in turns; and what a person does with the large
// run's samples. Needs a quiet machine, x64 and Linux.
//   npm run bench -- promptfoo [SAMPLES [ROWS]]
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chromium } from "@playwright/test"
import pg from "pg"
import { ensureChromium, findChromium } from "../scripts/lib/chromium.mjs"
import { readSettings } from "../scripts/lib/settings.mjs"
import { growSamples, withoutIndexes } from "./lib/grown.mjs"
import { interactionsOf } from "./lib/interactions.mjs"
import { median, spread } from "./lib/numbers.mjs"
import { installPromptfoo, servePromptfoo } from "./lib/promptfoo.mjs"
import { startModel, startPlatform } from "./lib/served.mjs"

const few = 1000
const turns = 5
const bytes = 5000
const rolloutsPerExample = 5
/** Our pages take at most this part of promptfoo's time, and this multiple of their own time with few samples. */
const shareMost = 0.35
const growthMost = 1.1
const patienceMs = 120_000
/** From a press to new rows, and to the next frame. */
const rowsMost = 300
const pressMost = 100

/** @typedef {{ name: string, address: string, shown: string, says?: string }} Page shown: what is there once the page can be read; says: how its text begins, a pattern */

/** @param {string[]} args */
export async function promptfoo([samples = "100000", rows = "10000"]) {
  await ensureChromium()
  const program = await installPromptfoo(readSettings({}).dataDir)
  const place = mkdtempSync(join(tmpdir(), "he-promptfoo-"))
  const model = await startModel(0)
  const platform = await startPlatform({ providers: [{ id: "bench", name: "Bench", base_url: model.url }], withPages: true })
  const path = await findChromium()
  const browser = await chromium.launch({ ...(path ? { executablePath: path } : {}), args: ["--disable-gpu"] })
  /** @type {Awaited<ReturnType<typeof servePromptfoo>> | undefined} */
  let theirs
  try {
    const [small, large] = [await grownPair(platform, few), await grownPair(platform, Number(samples))]
    theirs = await servePromptfoo(program, place, { rows: Number(rows), bytes })
    const viewer = { name: "viewer", address: theirs.page, shown: "table tbody tr" }
    const pages = [viewer, ...pagesOf(platform.pages, small, "few"), ...pagesOf(platform.pages, large, "many")]
    const times = new Map(pages.map(({ name }) => [name, /** @type {number[]} */ ([])]))
    // Not counted: what a server does for the first of all requests.
    for (const page of pages) await timeOf(browser, page)
    for (let turn = 0; turn < turns; turn++) for (const page of pages) times.get(page.name)?.push(await timeOf(browser, page))
    report(times, { samples: Number(samples), rows: Number(rows) })
    reportInteractions(await interactionsOf(browser, `${platform.pages}/dashboard/evaluations/${large[0]}/samples`, turns))
  } finally {
    await browser.close()
    await theirs?.stop()
    await platform.stop()
    model.stop()
    rmSync(place, { recursive: true, force: true })
  }
}

/** Two runs with so many samples each. @param {Awaited<ReturnType<typeof startPlatform>>} platform @param {number} rows @returns {Promise<[string, string]>} */
async function grownPair(platform, rows) {
  const environment = await platform.environment("word-arithmetic")
  const database = new pg.Client({ connectionString: platform.databaseUrl })
  await database.connect()
  /** @type {string[]} */
  const ids = []
  try {
    for (let i = 0; i < 2; i++) {
      const id = await platform.launch(environment.id, "bench/bench", { num_examples: 20, rollouts_per_example: rolloutsPerExample })
      await platform.ended(id)
      await withoutIndexes(database, () => growSamples(database, id, { rows, rolloutsPerExample, bodyBytes: bytes }))
      await database.query("set session_replication_role = default")
      ids.push(id)
    }
    await database.query("vacuum analyze")
  } finally {
    await database.end()
  }
  // What is kept when a run ends: copied rows are not a run's end.
  for (const id of ids) {
    await platform.call("GET", `/evaluations/${id}/statistics`)
    await platform.until(async () => {
      const { looked_at, samples } = await platform.call("GET", `/evaluations/${id}/findings`)
      return looked_at === Math.min(samples, 200_000) || undefined
    }, 1000)
  }
  return /** @type {[string, string]} */ (ids)
}

/** @param {string} site @param {[string, string]} runs @param {string} size @returns {Page[]} */
const pagesOf = (site, [one, other], size) => [
  {
    name: `overview, ${size}`,
    address: `${site}/dashboard/evaluations/${one}`,
    shown: "main :is(h1, h2)",
    says: "^(Solves|Scores)",
  },
  { name: `samples, ${size}`, address: `${site}/dashboard/evaluations/${one}/samples`, shown: "ol[aria-label='Examples'] > *" },
  {
    name: `compare, ${size}`,
    address: `${site}/dashboard/evaluations/compare?runs=${one},${other}`,
    shown: "ul[aria-label='Examples'] li",
  },
]

/**
 * Milliseconds from the address to the frame that shows what is read, in a browser that has seen nothing. The page looks itself, with each of its
 * frames: Playwright's own wait looks after 20, 70, 170, 270 and then every 500 ms, which is longer than some of these pages take.
 * @param {import("@playwright/test").Browser} browser @param {Page} page
 */
async function timeOf(browser, { address, shown, says = "" }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    const page = await context.newPage()
    await page.addInitScript(watchFrames, { shown, says })
    const begin = Date.now()
    await page.goto(address, { waitUntil: "commit", timeout: patienceMs })
    const seen = await page.waitForFunction(() => /** @type {any} */ (window).shownAt, undefined, { timeout: patienceMs })
    return (await seen.jsonValue()) - begin
  } finally {
    await context.close()
  }
}

/** Runs in the page: keeps when the frame began that shows it, as the clock has it. @param {{ shown: string, says: string }} what */
function watchFrames({ shown, says }) {
  const look = () => {
    const there = [...document.querySelectorAll(shown)].some(
      (element) => element.checkVisibility({ visibilityProperty: true }) && new RegExp(says).test(element.textContent ?? ""),
    )
    if (there) Object.assign(window, { shownAt: Date.now() })
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** @param {Map<string, number[]>} times @param {{ samples: number, rows: number }} size */
function report(times, { samples, rows }) {
  const of = (/** @type {string} */ name) => times.get(name) ?? []
  const theirs = median(of("viewer"))
  console.log(`promptfoo's viewer, ${rows} rows: ${theirs.toFixed(0)} ms`)
  for (const page of ["overview", "samples", "compare"]) {
    const [few, many] = [of(`${page}, few`), of(`${page}, many`)]
    const [growth, share] = [median(many) / median(few), median(many) / theirs]
    const missed = [growth > growthMost ? "grows" : "", share > shareMost ? "too slow" : ""].filter(Boolean).join(", ") || "holds"
    console.log(
      `${page.padEnd(9)} ${samples} samples: ${median(many).toFixed(0)} ms (${spread(many)}), ${growth.toFixed(2)} × of ${median(few).toFixed(0)} ms with 1000, ${share.toFixed(2)} × of promptfoo's  ${missed}`,
    )
  }
}

/** @param {Awaited<ReturnType<typeof interactionsOf>>} interactions */
function reportInteractions({ times, inp }) {
  for (const [name, time] of times)
    console.log(`${name.padEnd(20)} ${time.toFixed(0)} ms to new rows  ${time > rowsMost ? "too slow" : "holds"}`)
  console.log(`longest press        ${inp.toFixed(0)} ms to the next frame  ${inp > pressMost ? "too slow" : "holds"}`)
}
