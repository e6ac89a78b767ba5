import { Star } from "lucide-react"
import type { ComponentProps } from "react"
import { cn } from "@/components/ui/cn.ts"

interface FavouriteStarProps extends Omit<ComponentProps<"button">, "onToggle"> {
  model: string
  isFavourite: boolean
  onToggle: (model: string) => void
}

/** Marks a model, so that it comes first in the list. */
export function FavouriteStar({ model, isFavourite, onToggle, className, ...rest }: FavouriteStarProps) {
  return (
    <button
      type="button"
      aria-label={`Favourite ${model}`}
      aria-pressed={isFavourite}
      title={isFavourite ? "A favourite: first in the list" : "Put first in the list"}
      onClick={(event) => {
        event.stopPropagation()
        onToggle(model)
      }}
      className={cn(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted-foreground hover:bg-muted hover:text-foreground",
        isFavourite && "text-accent",
        className,
      )}
      {...rest}
    >
      <Star aria-hidden className={cn("size-4", isFavourite && "fill-current")} />
    </button>
  )
}
