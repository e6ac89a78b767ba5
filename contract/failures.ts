import type { FailureClass } from "./evaluations.ts"

interface Wording {
  title: string
  explanation: string
  advice: string
}

/** What people read when a run of this class failed: what happened, and what to do about it. */
export const failureWordings: Record<FailureClass, Wording> = {
  environment_install: {
    title: "The environment could not be installed",
    explanation: "Installing the environment's package or one of its dependencies failed.",
    advice: "Read the installer's message in the log, correct the dependencies in pyproject.toml and publish a new version.",
  },
  environment_import: {
    title: "The environment could not be imported",
    explanation: "Python could not import the environment's module, or something the module imports.",
    advice: "Add the missing package to the dependencies in pyproject.toml, or correct the import, and publish a new version.",
  },
  environment_load: {
    title: "load_environment() failed",
    explanation: "The environment was imported, but its load_environment() raised an exception.",
    advice: "Check the environment arguments of this run against what load_environment() accepts; the traceback shows where it stopped.",
  },
  environment_rollout: {
    title: "The environment's code failed during a rollout",
    explanation: "An exception that the library does not treat as data came out of the environment's code and ended the run.",
    advice: "The traceback shows the place. Finished rollouts were kept.",
  },
  scoring: {
    title: "Scoring failed",
    explanation: "The rubric raised an exception while rollouts were scored.",
    advice: "The traceback shows the reward function. Correct it and publish a new version.",
  },
  missing_secret: {
    title: "A secret is missing",
    explanation: "The environment asked for an environment variable that this run did not have.",
    advice: "Add it to the environment as a secret, link a global secret to it, or give it as a one-off secret when you launch.",
  },
  inference_auth: {
    title: "The model's endpoint refused the key",
    explanation: "The endpoint answered 401 or 403.",
    advice: "Check the provider's key in the platform's configuration, or the key variable and secret of a custom endpoint.",
  },
  inference_unavailable: {
    title: "The model's endpoint could not be reached",
    explanation: "Requests to the model failed or were not answered in time.",
    advice: "Check that the endpoint is up and that its address is right, then run again.",
  },
  inference_rate_limit: {
    title: "The model's endpoint limited the rate",
    explanation: "The endpoint kept answering 429, also after retries.",
    advice: "Run again with a lower max concurrent, or with a higher quota.",
  },
  inference_model: {
    title: "The model is unknown",
    explanation: "The endpoint does not serve a model of this name.",
    advice: "Choose a model from the list and run again.",
  },
  timeout: {
    title: "The run reached its time limit",
    explanation: "The run was stopped because it took longer than its timeout. Finished rollouts were kept.",
    advice: "Run again with fewer rollouts, more concurrency or a longer timeout.",
  },
  budget_exceeded: {
    title: "The budget is used up",
    explanation: "The run was stopped because it, or the account that pays for it, reached its limit. Finished rollouts were kept.",
    advice: "Run again with fewer rollouts, a cheaper model or a higher budget.",
  },
  worker_lost: {
    title: "The run's process was lost",
    explanation: "The process that ran the environment ended without saying why.",
    advice:
      "Look at the end of the log. It may have been killed because the machine ran out of memory; run again with a lower max concurrent.",
  },
  cancelled: {
    title: "The run was stopped",
    explanation: "Somebody stopped it. Finished rollouts were kept.",
    advice: "Run it again when you are ready.",
  },
  platform: {
    title: "The platform failed",
    explanation: "Something went wrong in the platform itself, not in the environment.",
    advice: "The log has the details; the operator can find more in the worker's log.",
  },
}
