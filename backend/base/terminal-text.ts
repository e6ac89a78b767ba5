// Everything that a terminal would obey rather than show: CSI and OSC sequences, and single-character escapes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_a-z])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control characters to drop
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Text without escape sequences and control characters; tabs stay. */
export const withoutControls = (text: string): string => text.replace(escapes, "").replace(controls, "")
