"use client"

/** Shown when even the root layout failed: it brings its own document and styles. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = (error as { digest?: string } | null)?.digest
  return (
    <html lang="en" style={{ colorScheme: "light dark" }}>
      <body
        style={{
          fontFamily: "system-ui, sans-serif",
          fontSize: 14,
          lineHeight: 1.5,
          display: "grid",
          placeItems: "center",
          minHeight: "100dvh",
          margin: 0,
        }}
      >
        <title>Something failed · Hosted Evals</title>
        <main style={{ maxWidth: 480, padding: 16 }}>
          <h1 style={{ fontSize: 18 }}>The dashboard could not be shown</h1>
          <p>Something failed while this page was put together. Runs are not affected by this.</p>
          {digest && <p>The server's log has the details under the number {digest}.</p>}
          <p style={{ display: "flex", gap: 16, alignItems: "center" }}>
            <button type="button" onClick={() => retry()} style={{ font: "inherit", padding: "6px 12px" }}>
              Try again
            </button>
            {/* A plain link: the router may be what failed. */}
            <a href="/dashboard/environments">Go to environments</a>
          </p>
        </main>
      </body>
    </html>
  )
}
