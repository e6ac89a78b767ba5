import { type FailureClass, failureWordings } from "./classes.ts"
import type { CodePlace } from "./code-place.ts"
import type { ErrorLink, ErrorStage, FailureCase, FailureRow } from "./failure-row.ts"
import { inferenceFailures, isOfModel } from "./inference.ts"
import { limitFailures } from "./limits.ts"
import { loadingFailures } from "./loading.ts"
import { rolloutFailures } from "./rollouts.ts"

export interface ErrorFinding {
  class: FailureClass
  explanation: string
  advice: string
  exception: string | null
  message: string | null
  place: CodePlace | null
}

type Case = FailureCase & { class: FailureClass }

const casesOf = (rows: Partial<Record<FailureClass, FailureRow>>): Case[] =>
  Object.entries(rows).flatMap(([kind, { cases = [] }]) => cases.map((one) => ({ ...one, class: kind as FailureClass })))

const ofLimits = casesOf(limitFailures)
const ofLoading = casesOf(loadingFailures)
const ofInference = casesOf(inferenceFailures)
const ofScoring = casesOf({ environment_scoring: rolloutFailures.environment_scoring })
const ofRollouts = casesOf(rolloutFailures)

function casesFor(stage: ErrorStage, chain: readonly ErrorLink[]): Case[] {
  if (stage === "import" || stage === "load") return [...ofLimits, ...ofLoading]
  if (stage === "scoring") return [...ofLimits, ...ofScoring]
  return isOfModel(chain) ? [...ofLimits, ...ofInference, ...ofRollouts] : [...ofLimits, ...ofRollouts]
}

const otherwise: Record<ErrorStage, FailureClass> = {
  import: "environment_import",
  load: "environment_load",
  rollout: "environment_rollout",
  scoring: "environment_scoring",
}

/**
 * The class of a failure, from the exception and what caused it (outermost first). The innermost exception that fits a case
 * decides, because those around it often only say that something failed.
 */
export function classifyErrors(chain: readonly ErrorLink[], stage: ErrorStage): ErrorFinding {
  const innermostFirst = [...chain].reverse()
  const cases = casesFor(stage, chain)
  for (const link of innermostFirst) {
    const found = cases.find((one) => one.when(link, stage, chain))
    if (found) return finding(found.class, link, innermostFirst, found.words)
  }
  // Nothing is known of it: what the code around said explains more than the exception that it caught.
  const said = chain.find((link) => !isWrapper(link) && !isSilent(link)) ?? innermostFirst[0]
  const found = finding(otherwise[stage], said, innermostFirst)
  const cause = innermostFirst[0]
  if (!said || !cause || cause === said || isSilent(cause) || said.message.includes(cause.message)) return found
  return { ...found, message: `${found.message}\n(${exceptionName(cause.type)}: ${withoutHints(cause.message)})` }
}

/** What the library puts around every exception of an environment that it loads or plays. */
const isWrapper = ({ type, message }: ErrorLink): boolean =>
  /^(Failed to load environment|Could not import)/.test(message) ||
  /(^|\.)(TaskError|ModelError|EnvError|HarnessError|ToolCallError)$/.test(type)

function finding(
  kind: FailureClass,
  link: ErrorLink | undefined,
  innermostFirst: ErrorLink[],
  special: FailureCase["words"] = {},
): ErrorFinding {
  const { explanation, advice } = failureWordings[kind]
  const words = typeof special === "function" ? special(link as ErrorLink) : special
  // A wrapper says nothing that its cause does not say better.
  const teller = link && isSilent(link) ? innermostFirst.find((one) => !isSilent(one) && !isWrapper(one)) : link
  return {
    class: kind,
    explanation: words.explanation ?? explanation,
    advice: words.advice ?? advice,
    exception: link ? exceptionName((teller ?? link).type) : null,
    message: link ? withoutHints((teller ?? link).message) : null,
    place: link?.place ?? innermostFirst.find((one) => one.place)?.place ?? null,
  }
}

/** As a traceback names it: built-in exceptions without their module. */
const exceptionName = (type: string): string => type.replace(/^builtins\./, "")

/** Whether an exception has no words of its own: its text is its name. */
const isSilent = ({ type, message }: ErrorLink): boolean => {
  const name = type.split(".").at(-1)
  return message === "" || message === name || message === `${name}()`
}

/** The library adds how to set a variable on other platforms, and pydantic where to read on. */
const withoutHints = (message: string): string =>
  message.startsWith("Missing required environment variable")
    ? (message.split("\n")[0] as string)
    : message.replace(/\n *For further information visit https:\/\/errors\.pydantic\.dev\S*/g, "")
