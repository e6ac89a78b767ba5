import { type ComponentType, lazy } from "react"

const isServer = typeof window === "undefined"

/** Resolves when the page has loaded, or earlier at the reader's first press or key. */
const loaded = (): Promise<void> =>
  new Promise((resolve) => {
    if (isServer || document.readyState === "complete") return resolve()
    for (const event of ["load", "pointerdown", "keydown"]) window.addEventListener(event, () => resolve(), { once: true })
  })

/**
 * A part of a page whose script is fetched after the page has loaded: what the server has drawn is there from the start and answers as soon
 * as the script has come. It stands in the boundary of the page's `loading.tsx`, which is shown until then after a change of pages.
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Lazy = lazy(async () => {
    await loaded()
    return { default: await load() }
  })
  let ready: ComponentType<Props> | undefined
  // The server has it before it draws the page, which would begin with the skeleton otherwise.
  if (isServer)
    void load().then((component) => {
      ready = component
    })
  // What a server page names may not itself be lazy.
  // biome-ignore lint/correctness/noComponentHookFactories: it is made once, where a module is loaded
  return function Late(props: Props) {
    const Part = ready ?? Lazy
    return <Part {...props} />
  }
}
