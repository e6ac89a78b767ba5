import { QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { render } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { NuqsTestingAdapter, type OnUrlUpdateFunction } from "nuqs/adapters/testing"
import type { ReactNode } from "react"
import { ToastProvider } from "@/components/ui/overlay/toast.tsx"

/**
 * Renders with everything that the app's layout provides. `search` is the query string of the address; what the page
 * writes to it goes to `onSearch`.
 */
export function show(children: ReactNode, { search = "", onSearch }: { search?: string; onSearch?: OnUrlUpdateFunction } = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const user = userEvent.setup()
  const shown = render(
    <NuqsTestingAdapter searchParams={search} hasMemory {...(onSearch ? { onUrlUpdate: onSearch } : {})}>
      <QueryClientProvider client={client}>
        <ToastProvider>{children}</ToastProvider>
      </QueryClientProvider>
    </NuqsTestingAdapter>,
  )
  return { ...shown, user }
}
