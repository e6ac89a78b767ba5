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
 * @param isInstant whether the first key after a pause is told at once
 */
export function useTypedText(
  value: string,
  tell: (value: string) => void,
  { read, isInstant = false }: { read: (text: string) => string | undefined; isInstant?: boolean },
): TypedText {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const lastKey = useRef(Number.NEGATIVE_INFINITY)
  if (value !== known) {
    setKnown(value)
    if (value !== read(text)) setText(value)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    const paused = performance.now() - lastKey.current > typingPauseMs
    lastKey.current = performance.now()
    const meant = read(next)
    if (meant === undefined) return
    if (isInstant && paused) tell(meant)
    else timer.current = setTimeout(() => tell(meant), typingPauseMs)
  }
  return { text, change }
}
