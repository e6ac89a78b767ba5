import { blockLook } from "@/components/charts/block-look.ts"
import { cn } from "@/components/ui/cn.ts"
import { Kbd } from "@/components/ui/keyboard/kbd.tsx"
import { ratings } from "./rating-words.ts"

interface RatingButtonsProps {
  rating: number | null
  /** Null when the chosen one is pressed again. */
  onRate: (rating: number | null) => void
  /** Whether the keys work here, and so are shown. */
  hasKeys: boolean
}

/** Right, partly, wrong. */
export function RatingButtons({ rating, onRate, hasKeys }: RatingButtonsProps) {
  return (
    <div role="group" aria-label="Rating" className="flex gap-1.5">
      {ratings.map(({ word, value, key }) => (
        <button
          key={word}
          type="button"
          aria-pressed={rating === value}
          onClick={() => onRate(rating === value ? null : value)}
          className={cn(
            "inline-flex h-8 items-center gap-1.5 rounded-full border px-3 text-sm hover:bg-muted max-lg:h-10",
            rating === value && "border-foreground bg-selected font-medium",
          )}
        >
          <span aria-hidden {...blockLook({ kind: "reward", share: value })} />
          {word}
          {hasKeys && (
            <span aria-hidden className="max-sm:hidden pointer-coarse:hidden">
              <Kbd>{key}</Kbd>
            </span>
          )}
        </button>
      ))}
    </div>
  )
}
