import type { ReactNode } from "react"
import { Button } from "@/components/ui/button.tsx"

interface FormButtonsProps {
  onCancel: () => void
  pending: boolean
  /** What sending the form does, such as "Save". */
  children: ReactNode
}

/** The end of a form in a dialog: leave it, or send it. */
export function FormButtons({ onCancel, pending, children }: FormButtonsProps) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" variant="primary" pending={pending}>
        {children}
      </Button>
    </div>
  )
}
