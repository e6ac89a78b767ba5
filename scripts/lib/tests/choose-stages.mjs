import { Problem } from "../say.mjs"

/**
 * Reads the arguments of `npm test`: names of stages, and after a single one the test files that it should run.
 * @template {{ name: string, takesFiles?: boolean, onRequest?: boolean }} S
 * @param {S[]} stages @param {string[]} words
 * @returns {{ chosen: S[], files: string[] }}
 */
export function chooseStages(stages, words) {
  const isName = (/** @type {string} */ word) => stages.some((stage) => stage.name === word)
  const first = words.findIndex((word) => !isName(word))
  const names = first === -1 ? words : words.slice(0, first)
  const files = first === -1 ? [] : words.slice(first)
  if (files.length > 0) {
    const [stage, ...others] = stages.filter((one) => names.includes(one.name))
    if (!stage) throw new Problem(`There is no stage named ${files[0]}: choose from ${stages.map((one) => one.name).join(", ")}.`)
    if (others.length > 0 || !stage.takesFiles) {
      const takers = stages.filter((one) => one.takesFiles).map((one) => one.name)
      throw new Problem(`Files may follow one of ${takers.join(", ")} alone: npm test -- ${takers[0]} ${files[0]}`)
    }
  }
  return { chosen: stages.filter(({ name, onRequest }) => (names.length === 0 ? !onRequest : names.includes(name))), files }
}
