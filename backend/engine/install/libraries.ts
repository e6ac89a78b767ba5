import path from "node:path"

/** A version of verifiers that packages run on, with everything around it pinned and tested. */
export interface LibraryLine {
  verifiers: string
  /** Minor versions of Python that it runs on, oldest first. */
  pythons: readonly string[]
  /** What packages for it export; the first one is what the line is for. */
  apis: readonly ("v0" | "v1")[]
  requirements: string
  constraints: string
}

/** The oldest verifiers that the runner works with, for packages that pin one which is no line. */
const oldest = "0.2.0"

/** The lines that packages get, the first one where nothing asks for another: it is what npm start prepares. */
export const libraryLines = (root: string): LibraryLine[] => [
  {
    verifiers: "0.3.1",
    pythons: ["3.11", "3.12", "3.13"],
    apis: ["v0", "v1"],
    requirements: path.join(root, "runner/requirements.txt"),
    constraints: path.join(root, "runner/constraints.txt"),
  },
  {
    verifiers: "0.4.0",
    pythons: ["3.11", "3.12", "3.13", "3.14"],
    apis: ["v1"],
    requirements: path.join(root, "runner/requirements-0.4.txt"),
    constraints: path.join(root, "runner/constraints-0.4.txt"),
  },
]

/** The lines as runner/src/libraries/choose.py reads them. */
export const linesForChoice = (lines: readonly LibraryLine[]) =>
  lines.map(({ verifiers, pythons, apis }) => ({ verifiers, pythons, apis, oldest }))
