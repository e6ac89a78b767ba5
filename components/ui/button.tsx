import { cva, type VariantProps } from "class-variance-authority"
import type { ComponentProps } from "react"
import { Link } from "@/components/ui/link.tsx"
import { cn } from "./cn.ts"
import { Spinner } from "./spinner.tsx"

const looks = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "border-transparent bg-primary text-primary-foreground hover:not-disabled:bg-primary/88",
        secondary: "border-border bg-card text-foreground hover:not-disabled:bg-muted",
        ghost: "border-transparent bg-transparent text-foreground hover:not-disabled:bg-muted",
        danger: "border-transparent bg-danger-fill text-danger-foreground hover:not-disabled:bg-danger-fill/88",
      },
      size: {
        sm: "h-7 px-2.5 text-xs",
        md: "h-8 px-3 text-sm",
      },
      /** Square, for a single icon; give it an aria-label. */
      icon: { true: "px-0", false: "" },
    },
    compoundVariants: [
      { icon: true, size: "sm", class: "w-7" },
      { icon: true, size: "md", class: "w-8" },
    ],
    defaultVariants: { variant: "secondary", size: "md", icon: false },
  },
)

type Looks = VariantProps<typeof looks>

interface ButtonProps extends ComponentProps<"button">, Looks {
  /** Shows a spinner and ignores presses, but keeps the focus. */
  pending?: boolean
}

export function Button({ variant, size, icon, pending = false, className, children, type = "button", onClick, ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={cn(looks({ variant, size, icon }), className)}
      {...(pending ? { "aria-disabled": true, "aria-busy": true } : {})}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {pending && <Spinner />}
      {children}
    </button>
  )
}

/** A link that looks like a button. */
export function ButtonLink({ variant, size, icon, className, ...rest }: ComponentProps<typeof Link> & Looks) {
  return <Link className={cn(looks({ variant, size, icon }), className)} {...rest} />
}
