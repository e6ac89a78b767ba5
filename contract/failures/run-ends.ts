import type { FailureRow } from "./failure-row.ts"

/** Ends of a run that no exception identifies: the engine recognises them by how the process ended. */
export const runEndFailures = {
  timeout: {
    label: "Run time limit",
    title: "The run reached its time limit",
    explanation: "The run was stopped because it took longer than its timeout. Finished rollouts were kept.",
    advice: "Run again with a longer timeout, more concurrency or fewer rollouts.",
  },
  output_limit: {
    label: "Too much output",
    title: "The run printed too much",
    explanation: "The environment printed more than a log may hold.",
    advice: "Let the environment print less. What was printed up to the limit is in the log.",
  },
  incomplete_results: {
    label: "Results missing",
    title: "Results are missing",
    explanation: "The environment said that all rollouts were done, but not every one of them has a sample here.",
    advice:
      "The log names what could not be stored, and why. Correct it in the environment, and resume the run: the samples that are here stay.",
  },
  worker_lost: {
    label: "Process lost",
    title: "The run's process ended without saying why",
    explanation: "The process that ran the environment ended by itself or was killed, each time it was started.",
    advice:
      "The end of the log may say more. Code that calls os._exit(), or a crash in native code, ends the process; so may a machine without memory.",
  },
  no_place: {
    label: "No place to run",
    title: "The run could not be started where it was to run",
    explanation:
      "It was to run on another machine, and that is not there any more, or could not keep the run apart from itself. Nothing of the environment was started.",
    advice: "Tell the operator what the message says. Or run it somewhere else: Settings → Compute shows where.",
  },
  upload_stopped: {
    label: "Upload stopped",
    title: "The upload stopped",
    explanation: "The program that uploaded this run stopped sending. What it had sent is here.",
    advice: "Upload the run again, for example with prime eval push, where all of its results were saved.",
  },
  upload_failed: {
    label: "Failed elsewhere",
    title: "The run failed where it ran",
    explanation: "The program that uploaded this run reported that it had failed. What had arrived until then is here.",
    advice: "The message says what went wrong there.",
  },
  disk_full: {
    label: "Machine's disk full",
    title: "The run was stopped to make room",
    explanation:
      "The disk of the machine that it ran on was nearly full, and of all that ran there this run took the most room. Finished rollouts were kept.",
    advice: "Tell the operator. Resume the run when there is room again: new runs wait until then.",
  },
  cancelled: {
    label: "Stopped",
    title: "The run was stopped",
    explanation: "Someone stopped it. Finished rollouts were kept.",
    advice: "Run it again when you are ready.",
  },
  platform: {
    label: "Platform",
    title: "The platform failed",
    explanation: "Something went wrong in the platform itself, not in the environment.",
    advice: "Run again. If it happens again, the operator finds the details in the worker's log.",
  },
} as const satisfies Record<string, FailureRow>
