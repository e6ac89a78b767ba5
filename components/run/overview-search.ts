import { listSearch, number } from "@/lib/list-search.ts"

/** What the address of a run's page says: the reward from which on a rollout passes, where it is not the library's. */
export const overviewSearch = listSearch({ parsers: { pass: number() }, filters: {} })
