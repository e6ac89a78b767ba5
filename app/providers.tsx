"use client"

import { QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { ThemeProvider } from "next-themes"
import { NuqsAdapter } from "nuqs/adapters/next/app"
import { type ReactNode, useState } from "react"
import { ToastProvider } from "@/components/ui/overlay/toast.tsx"
import { ApiError } from "@/lib/api/error.ts"

const retriesMax = 2

/** A refusal stays a refusal; only what may have been an accident is tried again. */
const mayTryAgain = (failures: number, error: unknown) =>
  failures < retriesMax && !(error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)

/** @param nonce of the one script inside the page that is ours: it sets the theme before anything is painted */
export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  const [queryClient] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: mayTryAgain, staleTime: 5000 } } }))
  return (
    <ThemeProvider {...(nonce ? { nonce } : {})} attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
      <QueryClientProvider client={queryClient}>
        <NuqsAdapter>
          <ToastProvider>{children}</ToastProvider>
        </NuqsAdapter>
      </QueryClientProvider>
    </ThemeProvider>
  )
}
