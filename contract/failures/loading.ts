import { type ErrorLink, type FailureRow, named, says } from "./failure-row.ts"

/** The package brings no module of the environment's name: what is missing is the environment itself. */
const isModuleItself = (link: ErrorLink, stage: string, chain: readonly ErrorLink[]) =>
  stage === "import" && named(link, "ModuleNotFoundError") && chain.length === 1 && !link.place

const noHost = /There is no host|Name or service not known|nodename nor servname|Temporary failure in name resolution|\[Errno -[23]\]/

/** A name of verifiers that the installed version lacks. */
const isMissingInVerifiers = (link: ErrorLink): boolean =>
  (named(link, "ModuleNotFoundError") && /^verifiers\./.test(link.module ?? "")) ||
  (named(link, "ImportError") && says(link, /^cannot import name '[^']+' from 'verifiers/)) ||
  (named(link, "AttributeError") && says(link, /^module 'verifiers[\w.]*' has no attribute/))

/** What can go wrong until the environment is loaded. */
export const loadingFailures = {
  environment_install: {
    label: "Install",
    title: "The environment could not be installed",
    explanation: "Installing the environment's package or one of its dependencies failed.",
    advice: "Read the installer's message below, correct the dependencies in pyproject.toml and publish a new version.",
  },
  environment_dependency: {
    label: "Missing dependency",
    title: "A package is missing",
    explanation: "The environment imports a package that is not installed: its pyproject.toml does not ask for it.",
    advice: "Add the package to the dependencies in pyproject.toml and publish a new version.",
    cases: [
      {
        when: isMissingInVerifiers,
        words: {
          explanation: "The environment uses a part of verifiers that the version it runs on here does not have.",
          advice:
            "Let pyproject.toml require a version of verifiers that has it, such as verifiers==0.2.1: the environment then runs on that one. The beginning of the log says which version it is.",
        },
      },
      {
        when: (e) => named(e, "ModuleNotFoundError") && /^(src|utils|helpers|common|lib|data|prompts|scripts)(\.|$)/.test(e.module ?? ""),
        words: {
          explanation: "The environment imports a folder of its own that its wheel does not contain.",
          advice:
            "Let the build include the folder ([tool.hatch.build] include in pyproject.toml), or put its files into the package, and publish a new version.",
        },
      },
      { when: (e, stage, chain) => named(e, "ModuleNotFoundError") && !isModuleItself(e, stage, chain) },
    ],
  },
  environment_arguments: {
    label: "Arguments",
    title: "The environment does not accept these arguments",
    explanation: "The arguments of this run are not those that load_environment() takes.",
    advice: "Run again with the arguments corrected; the environment's page lists those that it takes.",
    cases: [
      {
        when: (e) => named(e, "SettingsRefused"),
        words: {
          explanation: "Settings of this run do not fit the environment, which is a verifiers v1 taskset.",
          advice: "Correct what the message names and run again.",
        },
      },
      {
        when: (e, stage) => stage === "load" && named(e, "TypeError") && says(e, /^load_environment\(\) (got an unexpected|missing)/),
      },
    ],
  },
  environment_import: {
    label: "Import",
    title: "The environment could not be imported",
    explanation: "Python could not import the environment's module.",
    advice: "Correct the line that the error names and publish a new version.",
    cases: [
      {
        when: isModuleItself,
        words: {
          explanation: "The package installs, but it brings no module that is named like the environment.",
          advice:
            "Name the module like the environment, with _ for each -, and let the build include it ([tool.hatch.build] include in pyproject.toml).",
        },
      },
      {
        when: (e) => named(e, "UnsupportedEnvironment"),
        words: {
          explanation: "The module was imported, but it is not an environment that can run here.",
          advice:
            "Define a function load_environment() in it that returns a verifiers environment, or export a v1 Taskset in __all__, and publish a new version.",
        },
      },
      { when: (e, stage) => (stage === "import" && !named(e, "NotHostable")) || named(e, "ImportError") },
    ],
  },
  environment_load: {
    label: "Load",
    title: "The environment could not be loaded",
    explanation: "The environment was imported, but its load_environment() raised an exception.",
    advice: "Correct the place that the error names and publish a new version, or run again with other arguments.",
    cases: [
      {
        when: (e) => named(e, "NotHostable"),
        words: {
          explanation: "The environment needs something that hosted runs do not have.",
          advice: "The message says what. Where it names a setting, run again with that changed.",
        },
      },
      {
        when: (e) => named(e, "NoExamples") || says(e, /^dataset is not set|^Either dataset or eval_dataset must be provided/),
        words: {
          explanation: "The environment has no examples to evaluate.",
          advice: "Give it an eval_dataset (or a dataset) with at least one row, or run again with arguments that select some.",
        },
      },
      {
        when: (e) => says(e, /^independent_scoring cannot be used/),
        words: {
          explanation: "Independent scoring is on, but the environment compares the rollouts of one example with each other.",
          advice: "Run again without independent scoring.",
        },
      },
      {
        when: (e) =>
          named(e, "DatasetNotFoundError", "OfflineModeIsEnabled", "LocalEntryNotFoundError", "HfHubHTTPError", "RepositoryNotFoundError"),
        words: {
          explanation: "The environment's dataset could not be downloaded.",
          advice: "Check its name and that it is public. For a private one, give HF_TOKEN as a secret.",
        },
      },
      {
        when: (e) => says(e, /Please use the NLTK Downloader to obtain the resource/),
        words: {
          explanation: "The environment needs data of NLTK that is not there: nltk.download() goes on when it cannot download.",
          advice:
            "It comes from raw.githubusercontent.com: run again when that can be reached from where the platform runs, or put the data into the package.",
        },
      },
      {
        when: (e) => says(e, noHost),
        words: {
          explanation: "The environment asked for a host that cannot be reached from where the platform runs.",
          advice:
            "Check the address. For data sets and models of Hugging Face the operator can name a mirror (HF_ENDPOINT), or use what is kept (HF_HUB_OFFLINE=1).",
        },
      },
    ],
  },
} as const satisfies Record<string, FailureRow>
