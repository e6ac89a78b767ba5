interface Wording {
  /** A few words, for counts and filters. */
  label: string
  title: string
  explanation: string
  advice: string
}

const wordings = {
  environment_install: {
    label: "Install",
    title: "The environment could not be installed",
    explanation: "Installing the environment's package or one of its dependencies failed.",
    advice: "Read the installer's message below, correct the dependencies in pyproject.toml and publish a new version.",
  },
  environment_import: {
    label: "Import",
    title: "The environment could not be imported",
    explanation: "Python could not import the environment's module.",
    advice: "Correct the line that the error names and publish a new version.",
  },
  environment_dependency: {
    label: "Missing dependency",
    title: "A package is missing",
    explanation: "The environment imports a package that is not installed: its pyproject.toml does not ask for it.",
    advice: "Add the package to the dependencies in pyproject.toml and publish a new version.",
  },
  environment_arguments: {
    label: "Arguments",
    title: "The environment does not accept these arguments",
    explanation: "The arguments of this run are not those that load_environment() takes.",
    advice: "Run again with the arguments corrected; the environment's page lists those that it takes.",
  },
  environment_load: {
    label: "Load",
    title: "The environment could not be loaded",
    explanation: "The environment was imported, but its load_environment() raised an exception.",
    advice: "Correct the place that the error names and publish a new version, or run again with other arguments.",
  },
  environment_rollout: {
    label: "Environment code",
    title: "The environment's code failed in a rollout",
    explanation: "The environment's own code raised an exception while a rollout was going on.",
    advice: "Correct the place that the error names and publish a new version. Finished rollouts were kept.",
  },
  environment_scoring: {
    label: "Scoring",
    title: "A reward function failed",
    explanation: "A reward function raised an exception or returned something that is no number. The library counts it as 0 and goes on.",
    advice: "Correct the function and publish a new version; until then these rewards are not what they should be.",
  },
  missing_permission: {
    label: "Missing permission",
    title: "The run lacks a permission",
    explanation: "The environment asked the platform for something that this run was not allowed to use.",
    advice: "If you trust the environment with it, run again with the permission switched on.",
  },
  missing_secret: {
    label: "Missing secret",
    title: "A secret is missing",
    explanation: "The environment asked for an environment variable that this run did not have.",
    advice: "Give it as a one-off secret of the next run, or add it to the environment's secrets for all runs.",
  },
  inference_auth: {
    label: "Key refused",
    title: "The model's endpoint refused the key",
    explanation: "The endpoint answered that the key is wrong or may not do this.",
    advice:
      "With a custom endpoint, give another key. Otherwise the operator must correct the provider's key, or you choose another model.",
  },
  inference_rate_limit: {
    label: "Rate limit",
    title: "The model's endpoint limited the rate",
    explanation: "The endpoint kept answering “too many requests”, also after retries.",
    advice: "Run again with fewer rollouts at the same time, or get a higher limit from the provider.",
  },
  inference_quota: {
    label: "No credit",
    title: "The provider's account has no credit left",
    explanation: "The endpoint refused to answer because the account behind the key is used up.",
    advice: "Add credit at the provider, or choose another model.",
  },
  inference_unavailable: {
    label: "Endpoint unavailable",
    title: "The model's endpoint could not be reached",
    explanation: "Requests to the model failed or were not answered in time, also after retries.",
    advice: "Check that the endpoint is up and its address is right, then run again.",
  },
  inference_overlong: {
    label: "Prompt too long",
    title: "The prompt does not fit into the model's context",
    explanation: "Prompt and answer together are longer than what the model can read. The rollout was cut there and scored as it stood.",
    advice: "Run again with fewer max tokens or a model with a longer context, or let the environment send less.",
  },
  inference_model: {
    label: "Unknown model",
    title: "The model is unknown",
    explanation: "The endpoint does not serve a model of this name.",
    advice: "Choose a model that it serves and run again.",
  },
  inference_no_key: {
    label: "Provider without key",
    title: "The model's provider has no key here",
    explanation: "The platform knows the provider of this model, but its operator has given no key for it.",
    advice: "Choose another model, or ask the operator to set the provider's key.",
  },
  inference_rejected: {
    label: "Request refused",
    title: "The model's endpoint refused the request",
    explanation: "The endpoint answered that it does not accept the request as it was sent.",
    advice: "Its message says why; often a sampling parameter that this model does not know.",
  },
  inference_response: {
    label: "Unusable answer",
    title: "The model's answer could not be used",
    explanation: "The endpoint answered, but with nothing in it or in a form that could not be understood.",
    advice: "If the model thinks before it answers, give it more max tokens; otherwise try another model.",
  },
  sandbox_failed: {
    label: "Sandbox",
    title: "A sandbox or tunnel of the environment failed",
    explanation: "The environment uses sandboxes or tunnels, and one of them could not be made, was lost or took too long.",
    advice: "Run again; if it happens often, let fewer rollouts run at the same time.",
  },
  timeout: {
    label: "Run time limit",
    title: "The run reached its time limit",
    explanation: "The run was stopped because it took longer than its timeout. Finished rollouts were kept.",
    advice: "Run again with a longer timeout, more concurrency or fewer rollouts.",
  },
  rollout_timeout: {
    label: "Rollout time limit",
    title: "A rollout reached its time limit",
    explanation: "The rollout took longer than the environment's time limit for one. It was cut there and scored as it stood.",
    advice: "Run again with a longer time limit per rollout, or find out in its transcript what took so long.",
  },
  out_of_memory: {
    label: "Out of memory",
    title: "The run ran out of memory",
    explanation: "The environment's process needed more memory than a run may use.",
    advice: "Run again with fewer rollouts at the same time, or let the environment keep less in memory.",
  },
  disk_limit: {
    label: "Disk full",
    title: "The run filled its disk space",
    explanation: "The environment wrote more than a run may keep on disk.",
    advice: "Let the environment delete what it no longer needs, or download less.",
  },
  output_limit: {
    label: "Too much output",
    title: "The run printed too much",
    explanation: "The environment printed more than a log may hold.",
    advice: "Let the environment print less. What was printed up to the limit is in the log.",
  },
  budget_exceeded: {
    label: "Budget",
    title: "The budget is used up",
    explanation: "The run was stopped in order because it reached its budget. Finished rollouts were kept.",
    advice: "Run again with a higher budget, with fewer rollouts or with a cheaper model.",
  },
  worker_lost: {
    label: "Process lost",
    title: "The run's process ended without saying why",
    explanation: "The process that ran the environment ended by itself or was killed, each time it was started.",
    advice:
      "The end of the log may say more. Code that calls os._exit(), or a crash in native code, ends the process; so may a machine without memory.",
  },
  cancelled: {
    label: "Stopped",
    title: "The run was stopped",
    explanation: "Somebody stopped it. Finished rollouts were kept.",
    advice: "Run it again when you are ready.",
  },
  platform: {
    label: "Platform",
    title: "The platform failed",
    explanation: "Something went wrong in the platform itself, not in the environment.",
    advice: "Run again. If it happens again, the operator finds the details in the worker's log.",
  },
} as const satisfies Record<string, Wording>

/** Why a run ended badly, or what went wrong in a rollout. */
export type FailureClass = keyof typeof wordings

/** What people read when something of this class happened: what it was, and what to do about it. */
export const failureWordings: Record<FailureClass, Wording> = wordings

export const failureClasses = Object.keys(wordings) as [FailureClass, ...FailureClass[]]

/** A failure of which nothing but its class is known. */
export function plainFailure<Class extends FailureClass>(kind: Class) {
  const { title, explanation, advice } = failureWordings[kind]
  return { class: kind, title, explanation, advice, exception: null, message: null, traceback: null, place: null, fix: null }
}
