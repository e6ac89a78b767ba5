import { answered, type ErrorLink, type FailureCase, type FailureRow, named, says } from "./failure-row.ts"

const contextLength =
  /maximum context length|model's context length|maximum model length|exceeds? the configured limit|prompt_too_long|context_length_exceeded/i

/** The library's names for what its own client raises; v1's is ProviderError. */
const clientErrors = ["ModelError", "InvalidModelResponseError", "EmptyModelResponseError", "OverlongPromptError", "ProviderError"]

/**
 * Whether the run's model failed. The library wraps what its client raises, except for a refused key. A client of the environment's
 * own raises the same exceptions, but from the environment's code and unwrapped.
 */
export const isOfModel = (chain: readonly ErrorLink[]): boolean =>
  chain.some((link) => named(link, ...clientErrors)) ||
  chain.some((link) => named(link, "AuthenticationError", "PermissionDeniedError") && !link.place)

const baseUrl =
  "Is the base URL right? It is what comes before /chat/completions, and often ends with /v1. If it is, look at what answers there."

/** Whether the client could not read an answer: v0 has the parser's exception, v1 its text. Never the environment's own parsing. */
const isUnread = (link: ErrorLink): boolean =>
  !link.place && (named(link, "ValidationError", "JSONDecodeError") || says(link, /^malformed upstream response/))

const isPage = (link: ErrorLink): boolean => says(link, /<(!doctype|html|head|body)\b/i)

const isRedirect = ({ status }: ErrorLink): boolean => status != null && status >= 300 && status < 400

const unread = (pattern: RegExp, explanation: string, advice?: string): FailureCase => ({
  when: (e) => isUnread(e) && says(e, pattern),
  words: { explanation, ...(advice ? { advice } : {}) },
})

const otherServer = "Try another model, or tell the endpoint's operator: OpenAI's clients cannot read this."

/** What can go wrong between a rollout and the run's model. */
export const inferenceFailures = {
  inference_overlong: {
    label: "Prompt too long",
    title: "The prompt does not fit into the model's context",
    explanation: "Prompt and answer together are longer than what the model can read. The rollout was cut there and scored as it stood.",
    advice: "Run again with fewer max tokens or a model with a longer context, or let the environment send less.",
    cases: [{ when: (e) => named(e, "OverlongPromptError") || (answered(e, 400) && says(e, contextLength)) }],
  },
  inference_no_key: {
    label: "Provider without key",
    title: "The model's provider has no key here",
    explanation: "The platform knows the provider of this model, but its operator has given no key for it.",
    advice: "Choose another model, or ask the operator to set the provider's key.",
    cases: [{ when: (e) => says(e, /provider_without_key/) }],
  },
  inference_quota: {
    label: "No credit",
    title: "The provider's account has no credit left",
    explanation: "The endpoint refused to answer because the account behind the key is used up.",
    advice: "Add credit at the provider, or choose another model.",
    cases: [{ when: (e) => answered(e, 402) || says(e, /insufficient_quota/) }],
  },
  inference_auth: {
    label: "Key refused",
    title: "The model's endpoint refused the key",
    explanation: "The endpoint answered that the key is wrong or may not do this.",
    advice:
      "With a custom endpoint, give another key. Otherwise the operator must correct the provider's key, or you choose another model.",
    cases: [{ when: (e) => named(e, "AuthenticationError", "PermissionDeniedError") || answered(e, 401, 403) }],
  },
  inference_rate_limit: {
    label: "Rate limit",
    title: "The model's endpoint limited the rate",
    explanation: "The endpoint kept answering “too many requests”, also after retries.",
    advice: "Run again with fewer rollouts at the same time, or get a higher limit from the provider.",
    cases: [{ when: (e) => named(e, "RateLimitError") || answered(e, 429) }],
  },
  inference_model: {
    label: "Unknown model",
    title: "The model is unknown",
    explanation: "The endpoint does not serve a model of this name.",
    advice: "Choose a model that it serves and run again.",
    cases: [{ when: (e) => says(e, /model_not_found/) || ((named(e, "NotFoundError") || answered(e, 404)) && says(e, /model/i)) }],
  },
  inference_unavailable: {
    label: "Endpoint unavailable",
    title: "The model's endpoint could not be reached",
    explanation: "Requests to the model failed or were not answered in time, also after retries.",
    advice: "Check that the endpoint is up and its address is right, then run again.",
    cases: [
      {
        when: (e) => (e.status ?? 0) >= 500 && isPage(e),
        words: (e) => ({ explanation: `The endpoint answered with status ${e.status} and a web page, as a server in front of it does.` }),
      },
      {
        when: (e) => named(e, "APIConnectionError", "APITimeoutError", "InternalServerError") || ((e.status ?? 0) >= 500 && !isUnread(e)),
      },
    ],
  },
  inference_response: {
    label: "Unusable answer",
    title: "The model's answer could not be used",
    explanation: "The endpoint answered, but with nothing in it or in a form that could not be understood.",
    advice: "If the model thinks before it answers, give it more max tokens; otherwise try another model.",
    cases: [
      {
        when: isRedirect,
        words: (e) => ({
          explanation: `The endpoint answered with a redirect (status ${e.status}), which is not followed.`,
          advice: baseUrl,
        }),
      },
      {
        when: (e) => answered(e, 404, 405),
        words: (e) => ({ explanation: `There is nothing at this address of the endpoint (status ${e.status}).`, advice: baseUrl }),
      },
      { when: (e) => isUnread(e) && isPage(e), words: { explanation: "The endpoint answered with a web page.", advice: baseUrl } },
      unread(
        /EOF while parsing|Unterminated string/,
        "The answer ended in the middle: its JSON is cut off.",
        "Run again; if it happens again, look at what limits answers between the platform and the endpoint.",
      ),
      unread(/Invalid JSON|^malformed upstream response: ValueError|^Expecting /, "The endpoint's answer is no JSON.", baseUrl),
      unread(/input_value=\{'error':/, "The endpoint answered with an error, but with the status of a success.", "Its own words say why."),
      unread(/^choices$/m, "The answer has no choices.", otherServer),
      unread(/^choices\.\d+\.finish_reason$/m, "The answer has no finish_reason that is known.", otherServer),
      unread(
        /^choices\.\d+\.message\.content$[\s\S]*input_type=list/m,
        "The answer's content is a list of parts instead of a text.",
        otherServer,
      ),
      unread(/^choices\.\d+\.message\.content$/m, "The answer's content is no text.", otherServer),
      { when: isUnread, words: { explanation: "The answer is not one of a chat completion.", advice: otherServer } },
      { when: (e) => named(e, "EmptyModelResponseError", "InvalidModelResponseError") },
      { when: (e) => named(e, "ModelError", "ProviderError") && (e.status ?? 0) < 400 },
    ],
  },
  inference_rejected: {
    label: "Request refused",
    title: "The model's endpoint refused the request",
    explanation: "The endpoint answered that it does not accept the request as it was sent.",
    advice: "Its message says why; often a sampling parameter that this model does not know.",
    cases: [
      {
        when: (e) => named(e, "BadRequestError", "UnprocessableEntityError", "NotFoundError", "ConflictError") || (e.status ?? 0) >= 400,
      },
    ],
  },
} as const satisfies Record<string, FailureRow>
