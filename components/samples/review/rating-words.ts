import { ratingWords } from "@/contract/reviews/ratings.ts"
import { formatScore } from "@/lib/format.ts"

/** The ratings that have a button: what it says, what it stands for, and its key. */
export const ratings = [
  { word: "right", value: ratingWords.right, key: "1" },
  { word: "partly", value: ratingWords.partly, key: "2" },
  { word: "wrong", value: ratingWords.wrong, key: "3" },
] as const

/** A rating as people say it: right, partly, wrong, or its number. */
export const ratingText = (rating: number): string => ratings.find(({ value }) => value === rating)?.word ?? formatScore(rating)
