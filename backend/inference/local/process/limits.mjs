/** Tokens that a conversation may have, answer included. The model could take 8192; each thousand costs 24 MB for each sequence. */
export const contextTokens = 2048
