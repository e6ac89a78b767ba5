import { useEffect, useRef, useState } from "react"

const typingPauseMs = 150

interface TypedText {
  text: string
  change: (next: string) => void
}

/**
 * The text of a field whose value lives in the address: the address follows what is typed when typing pauses, and the text follows the address when it is
 * changed by other means, such as Back.
 * @param tell called with each text that `read` accepts, as it reads it
 * @param read the value that a text stands for; undefined for none
 * @param mean called with the same at each key, before it is known whether typing goes on: what it leads to may be on its way by then
 */
export function useTypedText(
  value: string,
  tell: (value: string) => void,
  read: (text: string) => string | undefined,
  mean?: (value: string) => void,
): TypedText {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  // Where the address has it from here, the text may be further by now, such as "0." after "0".
  const [told, setTold] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  if (value !== known) {
    setKnown(value)
    if (value !== told) {
      setTold(value)
      if (value !== read(text)) setText(value)
    }
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    const meant = read(next)
    if (meant === undefined) return
    mean?.(meant)
    timer.current = setTimeout(() => {
      setTold(meant)
      tell(meant)
    }, typingPauseMs)
  }
  return { text, change }
}
