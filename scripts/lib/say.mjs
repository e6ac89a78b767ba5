/** A problem a person can solve: shown as its message alone, without a stack. */
export class Problem extends Error {}

/** The code of a failed system call or query, such as ENOENT. @param {unknown} error */
export const codeOf = (error) => /** @type {{ code?: string } | undefined} */ (error)?.code

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/** Prints one progress line, led by the time since the launcher started. @param {string} text */
export function say(text) {
  console.log(`${seconds(performance.now()).padStart(8)}  ${text}`)
}

/**
 * Runs a piece of work and reports it only when it takes a moment, so that a second start stays quiet.
 * @template T
 * @param {string} title
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const begin = performance.now()
  let shown = false
  const timer = setTimeout(() => {
    shown = true
    say(`${title} …`)
  }, 500)
  try {
    const result = await work()
    if (shown) say(`${title}: done in ${seconds(performance.now() - begin)}`)
    return result
  } finally {
    clearTimeout(timer)
  }
}

/** Prints what went wrong: the message of a Problem, the whole stack of anything unexpected. @param {unknown} error */
export function complain(error) {
  console.error(error instanceof Problem ? error.message : error)
}
