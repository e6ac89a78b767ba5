import type { ReactNode } from "react"

/** A page for people who are not signed in: a sentence that says what it is for, and a form. */
export function SignInFrame({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-5 px-4 py-8">
      <h1 className="break-anywhere font-semibold text-xl tracking-tight">{title}</h1>
      {children}
    </main>
  )
}
