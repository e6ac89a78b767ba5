const turning = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** A name inside a text that has no markup, such as a page's title: from right to left or not, it turns nothing around it. */
export const isolated = (name: string): string => (turning.test(name) ? `\u2068${name}\u2069` : name)
