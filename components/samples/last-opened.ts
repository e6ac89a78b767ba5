/** The sample of each run that was looked at last, so that its list can be found again where it was left. Browser only. */
const samples = new Map<string, string>()

export const rememberOpened = (runId: string, sampleId: string): void => {
  samples.set(runId, sampleId)
}

export const lastOpened = (runId: string): string | undefined => samples.get(runId)

export const forgetOpened = (runId: string): void => {
  samples.delete(runId)
}
