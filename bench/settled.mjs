import { say } from "../scripts/lib/say.mjs"
import { METHODS, SCENES, SUITE_METHODS, SUITE_SCENES, settledOf, suiteOf, TOLD_METHODS, TOLD_SCENES, toldOf } from "./lib/settled.mjs"

const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`

/**
 * How often a run that stops when its answer is settled is wrong, and how many of its examples it saves: ours beside the usual interval, watched
 * until it says what is asked. Then the same of differences from another run, by which a run may stop, of what else is told of one, and of suites whose
 * runs stop by each other. Argument: simulated runs or suites per scene (2,000).
 * @param {string[]} args
 */
export async function settled([given]) {
  const runs = given ? Number(given) : 2000
  say(`${runs} simulated runs a scene; "settled" may be wrong in 5 % of them`)
  let seed = 1
  for (const [name, scene] of Object.entries(SCENES)) {
    say(`\n${name}, ${scene.examples} examples`)
    for (const method of Object.keys(METHODS)) tell(method, settledOf(scene, { runs, seed, method }))
    if (scene.drifts) tell("ours, in order", settledOf(scene, { runs, seed, shuffled: false }))
    seed++
  }
  for (const [name, scene] of Object.entries(TOLD_SCENES)) {
    say(`\n${name}, ${scene.examples} examples`)
    for (const method of Object.keys(TOLD_METHODS)) tell(method, toldOf(scene, { runs, seed, method }))
    seed++
  }
  for (const [name, scene] of Object.entries(SUITE_SCENES)) {
    say(`\n${name}, ${scene.examples} examples`)
    for (const method of Object.keys(SUITE_METHODS)) tell(method, suiteOf(scene, { runs, seed, method }))
    seed++
  }
}

/** @param {string} name @param {ReturnType<typeof settledOf>} found */
const tell = (name, { wrong, settled: stopped, saved }) =>
  say(`  ${name.padEnd(16)} wrong ${percent(wrong).padStart(6)}, stopped early ${percent(stopped)}, examples saved ${percent(saved)}`)
