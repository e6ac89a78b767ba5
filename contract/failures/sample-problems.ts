import type { JsonObject } from "../common.ts"
import { objectOf, textOf } from "../samples/row-values.ts"
import { cutText } from "../text/cut-text.ts"
import { failureWordings } from "./classes.ts"
import { classifyErrors } from "./classify-errors.ts"
import type { ErrorLink } from "./failure-row.ts"
import type { SampleProblem } from "./shapes.ts"

const messageMax = 2000

/**
 * What went wrong in a rollout as far as its row shows: the error, or a limit that cut it. Rows of verifiers v0 and v1 and of
 * other producers.
 */
export function problemsInRow(row: JsonObject): SampleProblem[] {
  const chain = errorLinks(row)
  if (chain.length > 0) return [toProblem(chain)]
  if (row.stop_condition === "timeout_reached") return [cut("rollout_timeout")]
  if (row.stop_condition === "prompt_too_long" || row.stop_condition === "context_length") return [cut("inference_overlong")]
  return []
}

const cut = (kind: "rollout_timeout" | "inference_overlong"): SampleProblem => ({
  class: kind,
  exception: null,
  message: null,
  function: null,
  place: null,
})

/** A problem out of an exception and its causes, outermost first. */
export function toProblem(
  chain: readonly ErrorLink[],
  stage: "rollout" | "scoring" = "rollout",
  name: string | null = null,
): SampleProblem {
  const found = classifyErrors(chain, stage)
  const usual = failureWordings[found.class]
  return {
    class: found.class,
    exception: found.exception,
    message: found.message && cutText(found.message, messageMax),
    function: name,
    place: found.place,
    ...(found.explanation === usual.explanation ? {} : { explanation: found.explanation }),
    ...(found.advice === usual.advice ? {} : { advice: found.advice }),
  }
}

/** What people read about a problem: in its own words where it has any, else in those of its class. */
export function problemWords({ class: kind, explanation, advice }: Pick<SampleProblem, "class" | "explanation" | "advice">) {
  const usual = failureWordings[kind]
  return { title: usual.title, explanation: explanation ?? usual.explanation, advice: advice ?? usual.advice }
}

/** The error of a row as a chain. The library writes it as texts: names in `error_chain_str`, names and messages in `error_chain_repr`. */
function errorLinks(row: JsonObject): ErrorLink[] {
  const { error } = row
  if (typeof error === "string") return error === "" ? [] : [linkOf(error)]
  if (error === null || error === undefined) return []
  const { error: name, type, message, error_chain_str: names, error_chain_repr: shown, status_code: status } = objectOf(error)
  const outermost = {
    type: textOf(name) ?? textOf(type) ?? "Error",
    message: textOf(message) ?? "",
    ...(typeof status === "number" ? { status } : {}),
  }
  const inner = (textOf(names) ?? "").split(" -> ").slice(1)
  let rest = textOf(shown) ?? textOf(row.error_chain) ?? ""
  return [
    withStatus(outermost),
    ...inner.map((kind, i) => {
      const at = rest.indexOf(` -> ${kind}(`)
      // Not every exception shows its name.
      if (at < 0 && i === inner.length - 1 && rest.includes(" -> "))
        return withStatus({ type: kind, message: rest.slice(rest.indexOf(" -> ") + 4) })
      rest = at < 0 ? rest : rest.slice(at + 4 + kind.length + 1)
      const end = rest.search(/\) -> \w+\(|\)$/)
      return withStatus({ type: kind, message: at < 0 ? "" : unquoted(end < 0 ? rest : rest.slice(0, end)) })
    }),
  ]
}

/** "KeyError: 'x'" as type and message. */
function linkOf(line: string): ErrorLink {
  const found = /^([A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt)?)(?:: |\()([\s\S]*)$/.exec(line)
  return withStatus(found ? { type: found[1] as string, message: found[2] as string } : { type: "Error", message: line })
}

/** The SDKs begin their messages with the status. */
function withStatus(link: ErrorLink): ErrorLink {
  const status = link.status ?? Number(/^(?:Error code: |upstream |HTTP )(\d{3})\b/.exec(link.message)?.[1] ?? Number.NaN)
  return Number.isInteger(status) ? { ...link, status } : link
}

const unquoted = (argument: string): string => /^(["'])([\s\S]*)\1$/.exec(argument)?.[2] ?? argument
