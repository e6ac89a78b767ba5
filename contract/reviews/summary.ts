import { cohensKappa, type PassTable, pearson, spearman } from "../statistics/agreement.ts"
import { predictionPoweredMean, type RatedSample } from "../statistics/prediction-powered.ts"
import { ratingPasses } from "./ratings.ts"
import type { Agreement, CorrectedMean, PeopleAgreement } from "./reviews.ts"

interface Rated {
  exampleId: string
  reward: number | null
  rating: number
  /** By those to whom the sample came up in the draw. */
  drawnRating: number | null
}

/** How far ratings and rewards agree over the samples that have both; null where none has. @param threshold a reward passes from here on */
export function agreementOf(rated: readonly Rated[], threshold: number): Agreement | null {
  const both = rated.flatMap(({ reward, rating }) => (reward === null ? [] : [{ reward, rating }]))
  if (both.length === 0) return null
  const count = (rewardPasses: boolean, peoplePass: boolean) =>
    both.filter(({ reward, rating }) => reward >= threshold === rewardPasses && rating >= ratingPasses === peoplePass).length
  const table = {
    bothPass: count(true, true),
    bothFail: count(false, false),
    onlyFirst: count(true, false),
    onlySecond: count(false, true),
  }
  const [rewards, ratings] = [both.map(({ reward }) => reward), both.map(({ rating }) => rating)]
  return {
    samples: both.length,
    pass_threshold: threshold,
    both_pass: table.bothPass,
    both_fail: table.bothFail,
    only_reward_passes: table.onlyFirst,
    only_people_pass: table.onlySecond,
    agree: (table.bothPass + table.bothFail) / both.length,
    kappa: cohensKappa(table),
    pearson: pearson(rewards, ratings),
    spearman: spearman(rewards, ratings),
  }
}

/** How far two people agree, from what each of them passes. */
export function peopleAgreement(people: [string, string], table: PassTable): PeopleAgreement {
  const { bothPass, bothFail, onlyFirst, onlySecond } = table
  const samples = bothPass + bothFail + onlyFirst + onlySecond
  return {
    people,
    samples,
    both_pass: bothPass,
    both_fail: bothFail,
    agree: (bothPass + bothFail) / samples,
    kappa: cohensKappa(table),
  }
}

/**
 * The mean rating over all samples of a run that have a reward: see `predictionPoweredMean`, and there when it is null.
 * @param all the sum and number of the rewards of each example
 */
export function correctedMean(
  all: { ids: readonly string[]; sums: readonly number[]; sizes: readonly number[]; isUnitRange: boolean },
  rated: readonly Rated[],
): CorrectedMean | null {
  const places = new Map(all.ids.map((id, place) => [id, place]))
  const drawn = rated.flatMap(({ exampleId, reward, drawnRating }): RatedSample[] => {
    const example = places.get(exampleId)
    return reward === null || drawnRating === null || example === undefined ? [] : [{ example, reward, rating: drawnRating }]
  })
  const powered = predictionPoweredMean(all, drawn, all.isUnitRange)
  return (
    powered && {
      mean: powered.mean,
      interval95: powered.interval95,
      ratings: drawn.length,
      examples: new Set(drawn.map(({ example }) => example)).size,
      rewards: all.sizes.reduce((sum, size) => sum + size, 0),
      weight: powered.weight,
      ratings_alone: powered.ratingsAlone,
    }
  )
}
