import { limits } from "@/contract/limits.ts"

export const passwordRule = `At least ${limits.passwordCharactersMin} characters: a few words are easier to keep than signs.`
