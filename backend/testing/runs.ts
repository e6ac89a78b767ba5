import type { TestPlatform } from "./test-platform.ts"
import { until } from "./until.ts"

export const hasEnded = (run: { status: string }): boolean => ["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"].includes(run.status)

/**
 * Waits until a run meets a condition, by default that it has ended.
 * @returns the run as the API shows it then
 */
export function untilRun(
  platform: TestPlatform,
  id: string,
  reached: (run: any) => Promise<boolean> | boolean = hasEnded,
  seconds = 240,
): Promise<any> {
  let run: any
  return until(
    () => `the run is ${JSON.stringify({ status: run.status, phase: run.phase, progress: run.progress, failure: run.failure })}`,
    async () => {
      run = (await platform.call("GET", `/evaluations/${id}`)).body
      return (await reached(run)) && run
    },
    { seconds, everyMs: 100 },
  )
}

/** Waits until the check of an environment's latest version has ended. @returns the environment as the API shows it then */
export const untilChecked = (platform: TestPlatform, name: string): Promise<any> =>
  until(
    `${name} is checked`,
    async () => {
      const { data } = (await platform.call("GET", `/environmentshub/local/${name}/@latest`)).body
      return ["SUCCESS", "FAILED"].includes(data.action?.status) && data
    },
    { seconds: 120, everyMs: 200 },
  )

/** What a run has printed, as one text. */
export async function logOf(platform: TestPlatform, id: string): Promise<string> {
  const { lines } = (await platform.call("GET", `/evaluations/${id}/log-lines?limit=5000`)).body
  return lines.map((line: { text: string }) => line.text).join("\n")
}
