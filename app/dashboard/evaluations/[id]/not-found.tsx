import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { paths } from "@/lib/paths.ts"

export default function NotFound() {
  return (
    <EmptyState title="Not found" action={<ButtonLink href={paths.evaluations}>All evaluations</ButtonLink>}>
      There is no such evaluation or sample, or it was deleted, or it belongs to someone else.
    </EmptyState>
  )
}
