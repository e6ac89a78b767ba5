"use client"

import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { datasetSearch } from "./dataset-search.ts"

/** The search of a dataset: its definition has functions, which a server's page cannot hand over. */
export const DatasetFilters = () => <FilterBar label="Filter examples" search={datasetSearch} />
