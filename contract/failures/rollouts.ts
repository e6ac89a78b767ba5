import { answered, type FailureRow, named, says } from "./failure-row.ts"

/** What can go wrong in a rollout, apart from the model. */
export const rolloutFailures = {
  environment_scoring: {
    label: "Scoring",
    title: "A reward function failed",
    explanation:
      "A reward function raised an exception or returned something that is not a number. The library counts it as 0 and goes on.",
    advice: "Correct the function and publish a new version; until then these rewards are not what they should be.",
    cases: [
      {
        when: (e, stage) => stage === "scoring" && (named(e, "AuthenticationError", "PermissionDeniedError") || answered(e, 401, 403)),
        words: {
          explanation:
            "A reward function asked a model of its own, a judge for instance, and the endpoint refused its key. The library counts it as 0.",
          advice: "Run again with another secret: the key of the judge, under the name that the environment reads.",
        },
      },
      {
        when: (e, stage) => stage === "scoring" && (named(e, "RateLimitError") || answered(e, 429)),
        words: {
          explanation:
            "A reward function asked a model of its own, a judge for instance, and the endpoint limited the rate. The library counts it as 0.",
          advice: "Run again with fewer rollouts at the same time, or with the key of an account with a higher limit.",
        },
      },
      {
        when: (e, stage) => stage === "scoring" && named(e, "APIConnectionError", "APITimeoutError", "InternalServerError"),
        words: {
          explanation:
            "A reward function asked a model of its own, a judge for instance, and its endpoint could not be reached. The library counts it as 0.",
          advice: "Check the judge's address in the environment's arguments and variables, and run again.",
        },
      },
      { when: (e) => named(e, "TaskError") && says(e, / scoring: /) },
    ],
  },
  rollout_timeout: {
    label: "Rollout time limit",
    title: "A rollout reached its time limit",
    explanation: "The rollout took longer than the environment's time limit for one. It was cut there and scored as it stood.",
    advice: "Run again with a longer time limit per rollout, or find out in its transcript what took so long.",
    cases: [{ when: (e) => (named(e, "HarnessError") && says(e, /^agent timeout/)) || (named(e, "TimeoutError") && says(e, / deadline/)) }],
  },
  sandbox_failed: {
    label: "Sandbox",
    title: "A sandbox or tunnel of the environment failed",
    explanation: "The environment uses sandboxes or tunnels, and one of them could not be made, was lost or took too long.",
    advice: "Run again; if it happens often, let fewer rollouts run at the same time.",
    cases: [
      {
        when: (e) =>
          /(^|\.)\w*Sandbox\w*Error$/.test(e.type) ||
          named(e, "InfraError", "TunnelError", "InterceptionError", "CommandTimeoutError", "UploadTimeoutError", "DownloadTimeoutError"),
      },
    ],
  },
  environment_rollout: {
    label: "Environment code",
    title: "The environment's code failed in a rollout",
    explanation: "The environment's own code raised an exception while a rollout was going on.",
    advice: "Correct the place that the error names and publish a new version. Finished rollouts were kept.",
    cases: [
      {
        when: (e) => says(e, /^state_columns value for/),
        words: {
          explanation: "One of the state columns has a value that cannot be written as JSON.",
          advice: "Run again without that column, or let the environment keep a plain value under that name.",
        },
      },
    ],
  },
} as const satisfies Record<string, FailureRow>
