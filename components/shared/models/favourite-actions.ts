"use server"

import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** Marks a model as a favourite of the reader's, or takes the mark away. @returns all of them */
export async function setFavourite(model: string, isFavourite: boolean): Promise<ActionResult<string[]>> {
  return formAction(async () => (await (await api()).setFavouriteModel({ body: { model, is_favourite: isFavourite } })).favourites)
}
