import { createTransport } from "nodemailer"
import { limits } from "../../../contract/limits.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import type { Config } from "../../base/config.ts"
import { toError } from "../../base/errors.ts"
import type { Outcome, SendOver } from "./channel.ts"

const connectMaxMs = 10_000
const silenceMaxMs = 15_000
/** Of a mail in all, whatever the server does. */
const mailMaxMs = 45_000

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;")

/** By the operator's mail server. */
export const sendEmail: SendOver<"email"> = ({ config }, { address }, { message, words, url }, signal) =>
  sendMail(
    config,
    {
      address,
      id: message.id,
      title: words.title,
      lines: words.lines,
      url,
      why: `You asked to be told this: ${new URL("/dashboard/settings/notifications", config.publicUrl).href}`,
    },
    signal,
  )

interface Mail {
  address: string
  /** The same at every try, so that a mail that arrives twice is one. */
  id: string
  title: string
  lines: readonly string[]
  /** Where it leads. */
  url: string
  /** Why the person gets it, at its end. */
  why: string
}

/** Sends a mail: a plain text, and the same as simple HTML. What goes wrong at the mail server is an outcome, not an exception. */
export async function sendMail(config: Config, { address, id, title, lines, url, why }: Mail, signal: AbortSignal): Promise<Outcome> {
  if (!config.mail) return { status: null, error: "This platform sends no e-mail: its operator has not set SMTP_URL", answer: null }
  const transport = createTransport({
    url: config.mail.url,
    connectionTimeout: connectMaxMs,
    greetingTimeout: connectMaxMs,
    socketTimeout: silenceMaxMs,
  })
  try {
    const sending = transport.sendMail({
      from: config.mail.from,
      to: { name: "", address },
      subject: title,
      messageId: `<${id}@${new URL(config.publicUrl).hostname}>`,
      headers: { "Auto-Submitted": "auto-generated" },
      text: [title, "", ...lines, "", url, "", "-- ", why, ""].join("\n"),
      html: [
        `<p><strong><a href="${escaped(url)}">${escaped(title)}</a></strong></p>`,
        ...lines.map((line) => `<p>${escaped(line).replace(/\n/g, "<br>")}</p>`),
        `<p><small>${escaped(why)}</small></p>`,
      ].join("\n"),
    })
    const sent = await Promise.race([sending, endOf(AbortSignal.any([signal, AbortSignal.timeout(mailMaxMs)]))])
    return { status: Number.parseInt(sent.response, 10) || null, error: null, answer: cutText(sent.response, limits.answerCharactersMax) }
  } catch (thrown) {
    const error = toError(thrown) as Error & { responseCode?: number; response?: string }
    return {
      status: error.responseCode ?? null,
      error: cutText(error.message, limits.answerCharactersMax),
      answer: error.response ? cutText(error.response, limits.answerCharactersMax) : null,
    }
  } finally {
    transport.close()
  }
}

/** @throws Error when the signal is aborted, which nodemailer does not look at; what it sends all the same has the same id at the next try */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error("The mail server did not finish in time"))
    if (signal.aborted) end()
    else signal.addEventListener("abort", end, { once: true })
  })
}
