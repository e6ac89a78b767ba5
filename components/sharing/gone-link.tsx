/** What a link says that shows nothing, or not this. A page of its own kind, as Next's for what is not found needs a script. */
export function GoneLink() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-2 px-4">
      <h1 className="font-semibold text-xl">This link opens nothing</h1>
      <p className="text-muted-foreground text-sm">
        It was revoked, has expired, was not copied whole, or does not show this part of the run. Whoever sent it can make another one.
      </p>
    </main>
  )
}
