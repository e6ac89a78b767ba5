import { join } from "node:path"
import { build } from "../build.mjs"
import { checkLicences } from "../licences.mjs"
import { preparePrimeCli } from "../python.mjs"
import { root } from "../settings.mjs"
import { withCheckoutLock } from "../setup.mjs"
import { checkCommitMessages } from "./commit-messages.mjs"
import { add, countsOf, junitCounts, playwrightCounts, vitestCounts } from "./counts.mjs"
import { checkStructure } from "./structure.mjs"

const bin = (/** @type {string} */ name) => join(root, "node_modules/.bin", name)
const PYTHON_FOLDERS = ["runner", "environments"]
/** What is about tasksets, which run on the newest verifiers. The rest of the runner's tests is about v0, which 0.4 no longer has. */
const TASKSET_TESTS = ["test_v1.py", "test_v1_load.py", "test_v1_errors.py", "test_tools.py", "test_taskset_template.py"].map(
  (file) => `runner/tests/${file}`,
)
const STORY = "backend/cli/story.test.ts"
const CLI = ["story", "commands", "guide", "traces", "tunnels", "instances", "egress-policy", "checkpoints"].map(
  (name) => `backend/cli/${name}.test.ts`,
)
const GALLERY = [
  ...["failure-gallery", "rollout-failures", "hostile", "module-names"].map((name) => `backend/engine/run/${name}.test.ts`),
  "backend/sandbox/hostile.test.ts",
]
/**
 * Several whole runs each. Their parts have tests in the other stages: the meter, budgets in the browser, tunnels and checkpoints by the CLI,
 * tasksets in Python, data folders beside the services, attempts elsewhere without an environment.
 */
const RUNS = [
  ...["money", "v1-run", "tunnel-run", "score-again", "settled-run", "kept-data", "traced-run"].map(
    (name) => `backend/engine/run/${name}.test.ts`,
  ),
  ...["sharded-run", "split-run"].map((name) => `backend/engine/shards/${name}.test.ts`),
  "backend/engine/remote/remote-run.test.ts",
  "backend/engine/sandboxes/checkpoints/checkpoints.test.ts",
  "backend/engine/instances/from-a-run.test.ts",
  "backend/engine/instances/instances.test.ts",
]
const RECOVERY = [
  "backend/several-processes.test.ts",
  "backend/engine/workers.test.ts",
  "backend/engine/lost-connections.test.ts",
  "backend/engine/run/resume.test.ts",
  "backend/engine/full-disk.test.ts",
  "scripts/start.test.mjs",
  "scripts/full-disk.test.mjs",
  "bench/chaos.test.mjs",
]
/** Installs of every kind, on every Python: minutes of them. */
const PYTHONS = ["backend/engine/install/python-bases.test.ts", "backend/engine/install/python-environments.test.ts"]
/** Needs root, and Debian's packages of Slurm, which it unpacks into a folder. */
const SLURM = [
  "backend/engine/remote/slurm.test.ts",
  "backend/engine/remote/slurm-hostile.test.ts",
  "backend/engine/remote/slurm-run.test.ts",
]
/** Needs root, Go, Debian's packages of containerd and etcd, and control groups of version 1. */
const KUBERNETES = [
  "deploy/helm/chart.test.ts",
  ...["kubernetes", "installed-chart"].map((name) => `backend/engine/remote/kubernetes/${name}.test.ts`),
]
/** Needs root. */
const RAY = ["backend/engine/remote/ray/ray.test.ts"]
/** Tests in these folders need a database, Python and sandboxes: see vitest.config.ts. */
const PLATFORM = /^(\.\/)?(backend|bench)\//
/** Stages that are not sensitive to time leave the processor to those that are, and fill what these leave idle. */
const NICE = 10

/** Results as text and, to be counted, in a file. @param {string} reports @param {string} name */
const vitestReport = (reports, name) => ["--reporter=default", "--reporter=json", `--outputFile.json=${join(reports, `${name}.json`)}`]

/**
 * A run of the browser's tests, its results as text and, to be counted, in a file.
 * @param {string} report @param {string[]} args @returns {[string, string[], Record<string, string>]}
 */
const playwright = (report, args) => [bin("playwright"), ["test", "--reporter=list,json", ...args], { PLAYWRIGHT_JSON_OUTPUT_NAME: report }]

/**
 * @typedef {"python" | "prime" | "postgres" | "chromium" | "sandbox" | "containers" | "s3" | "latex" | "traces" | "local-model" | "kubernetes" | "helm" | "ray"} Need
 * @typedef {{
 *   reports: string,
 *   dataDir: string,
 *   python: string,
 *   env: import("../settings.mjs").Variables,
 *   files: string[],
 *   show: (command: string, args: string[], env?: import("../settings.mjs").Variables) => Promise<void>,
 *   write: (text: string) => void,
 * }} Tools
 *   files: the test files to run, all when there are none; show runs a tool, keeps its output and throws when it fails
 * @typedef {{
 *   name: string,
 *   about: string,
 *   needs: Need[] | ((files: string[]) => Need[]),
 *   run: (tools: Tools) => Promise<void>,
 *   takesFiles?: boolean,
 *   after?: string[],
 *   onRequest?: boolean,
 *   niceness?: number,
 *   counts?: (reports: string) => import("./counts.mjs").Counts | undefined,
 * }} Stage
 *   about: what it checks, in a line for `npm test -- --list`; after: the stages that must have ended before;
 *   onRequest: runs only when it is named, for what takes minutes and rarely breaks alone: `npm run test:NAME`
 */

/** @type {Stage[]} What `npm test` does. They start in this order: what is quick first, then what others wait for. */
export const STAGES = [
  { name: "lint", about: "Biome: format, lint and import rules", needs: [], run: ({ show }) => show(bin("biome"), ["ci", "."]) },
  {
    name: "types",
    about: "TypeScript, with the types of the pages' addresses",
    needs: [],
    run: async ({ show }) => {
      await show(bin("next"), ["typegen"])
      await show(bin("tsc"), ["--noEmit"])
    },
  },
  {
    name: "commits",
    about: "commit messages: conventional subject, and a body that says why",
    needs: [],
    run: async ({ write }) => write(`${checkCommitMessages(root)}\n`),
  },
  {
    name: "structure",
    about: "shape of the source tree: import circles, sizes of files and folders",
    needs: [],
    run: async ({ write }) => write(`${checkStructure(root)}\n`),
  },
  {
    name: "licences",
    about: "licences of the npm and Python packages that are delivered",
    needs: ["python"],
    run: async ({ write, python }) => write(`${checkLicences(root, join(python, "../../.."))}\n`),
  },
  {
    name: "openapi",
    about: "the OpenAPI document is the one that the contract generates",
    needs: [],
    run: ({ show }) => show(process.execPath, ["--import", "tsx", "scripts/openapi.mjs", "--check"]),
  },
  {
    name: "ruff",
    about: "Python: lint and format",
    needs: ["python"],
    run: async ({ show, python }) => {
      const folders = [...PYTHON_FOLDERS, "public/templates"]
      await show(python, ["-m", "ruff", "check", ...folders])
      await show(python, ["-m", "ruff", "format", "--check", ...folders])
    },
  },
  {
    name: "unit",
    about: "Vitest: every test beside the code; takes files",
    needs: (files) =>
      files.length > 0 && !files.some((file) => PLATFORM.test(file))
        ? []
        : ["python", "postgres", "sandbox", "containers", "s3", "latex", "local-model"],
    takesFiles: true,
    run: ({ show, reports, files }) => {
      const elsewhere = [...CLI, ...GALLERY, ...RUNS, ...RECOVERY, ...PYTHONS, ...SLURM, ...KUBERNETES, ...RAY].filter(
        (file) => !files.includes(file),
      )
      return show(bin("vitest"), ["run", ...elsewhere.flatMap((file) => ["--exclude", file]), ...vitestReport(reports, "unit"), ...files])
    },
    counts: (reports) => countsOf(vitestCounts, join(reports, "unit.json")),
  },
  { name: "build", about: "production build of dashboard and worker", needs: [], niceness: NICE, run: () => withCheckoutLock(build) },
  {
    name: "cli",
    about: "the pinned prime CLI against the platform: its story, every command, what uploads traces, and tunnels",
    needs: ["python", "prime", "traces", "postgres", "sandbox"],
    after: ["unit"],
    run: ({ show, reports }) => show(bin("vitest"), ["run", "--bail=1", ...CLI, ...vitestReport(reports, "cli")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "cli.json")),
  },
  {
    name: "pytest",
    about: "runner and sample environments; takes files",
    needs: ["python"],
    after: ["unit"],
    niceness: NICE,
    takesFiles: true,
    // One after the other, each from its own folder with its own settings: both have a conftest.py, and Python knows one by that name.
    run: async ({ show, python, reports, files }) => {
      const runs = []
      for (const folder of PYTHON_FOLDERS) {
        const everything = [`${folder}/tests`, ...TASKSET_TESTS.map((file) => `--ignore=${file}`)]
        const chosen = files.length === 0 ? everything : files.filter((file) => file.startsWith(`${folder}/`))
        if (chosen.length === 0) continue
        const args = ["-m", "pytest", "-q", `--junitxml=${join(reports, `${folder}.xml`)}`, ...chosen]
        runs.push(await show(python, args, { PYTHONPATH: join(root, "runner/src") }).catch((error) => error))
      }
      const failed = runs.find((error) => error)
      if (failed) throw failed
    },
    counts: (reports) => PYTHON_FOLDERS.map((folder) => countsOf(junitCounts, join(reports, `${folder}.xml`))).reduce(add),
  },
  {
    name: "tasksets",
    about: "the runner's tests for tasksets, on the newest verifiers",
    needs: ["python", "traces"],
    after: ["pytest"],
    niceness: NICE,
    run: ({ show, env, reports }) =>
      show(env.PYTHON_TASKSETS ?? "python3", ["-m", "pytest", "-q", `--junitxml=${join(reports, "tasksets.xml")}`, ...TASKSET_TESTS], {
        PYTHONPATH: join(root, "runner/src"),
      }),
    counts: (reports) => countsOf(junitCounts, join(reports, "tasksets.xml")),
  },
  {
    name: "e2e",
    about: "Playwright: the stories of a newcomer, the launch form, lists, settings and sharing in the browser; takes files",
    needs: ["python", "chromium", "sandbox"],
    // Each of these starts sandboxes all the time: side by side they would be slow enough to time out on two cores.
    after: ["build", "unit", "cli"],
    takesFiles: true,
    run: ({ show, reports, files }) =>
      show(...playwright(join(reports, "e2e.json"), files.length > 0 ? files : ["--grep-invert=@story|@thorough|@pictures"])),
    counts: (reports) => countsOf(playwrightCounts, join(reports, "e2e.json")),
  },
  {
    name: "contract",
    about: "the API answers as the contract says, asked at random",
    needs: ["python", "postgres"],
    after: ["unit"],
    niceness: NICE,
    run: ({ show, python, reports }) =>
      show(process.execPath, ["--import", "tsx", "scripts/contract.mjs", python, "fuzzing", join(reports, "contract.xml")]),
    counts: (reports) => countsOf(junitCounts, join(reports, "contract.xml")),
  },
  {
    name: "stories",
    about: "the other stories: comparing, judging, usage, logs, home, publishing, taking away, a page that does not move",
    needs: ["python", "chromium", "sandbox"],
    onRequest: true,
    run: ({ show, reports }) => show(...playwright(join(reports, "stories.json"), ["--grep=@story"])),
    counts: (reports) => countsOf(playwrightCounts, join(reports, "stories.json")),
  },
  {
    name: "browser",
    about: "every page in both themes, every sample environment with every model",
    needs: ["python", "chromium", "sandbox"],
    onRequest: true,
    run: ({ show, reports }) => show(...playwright(join(reports, "browser.json"), ["--grep=@thorough"])),
    counts: (reports) => countsOf(playwrightCounts, join(reports, "browser.json")),
  },
  {
    name: "pictures",
    about: "writes docs/pictures: every page, light and dark",
    needs: ["python", "chromium", "sandbox"],
    onRequest: true,
    run: ({ show, reports }) => show(...playwright(join(reports, "pictures.json"), ["--grep=@pictures"])),
    counts: (reports) => countsOf(playwrightCounts, join(reports, "pictures.json")),
  },
  {
    name: "boundaries",
    about: "the API answers as the contract says, at each edge of each parameter",
    needs: ["python", "postgres"],
    onRequest: true,
    run: ({ show, python, reports }) =>
      show(process.execPath, ["--import", "tsx", "scripts/contract.mjs", python, "coverage", join(reports, "boundaries.xml")]),
    counts: (reports) => countsOf(junitCounts, join(reports, "boundaries.xml")),
  },
  {
    name: "gallery",
    about: "environments and rollouts broken in every way, hostile ones, and ones with odd names of modules",
    needs: ["python", "postgres", "sandbox"],
    onRequest: true,
    run: ({ show, reports }) => show(bin("vitest"), ["run", ...GALLERY, ...vitestReport(reports, "gallery")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "gallery.json")),
  },
  {
    name: "runs",
    about:
      "whole runs: within budgets, of tasksets, through tunnels, in shards, elsewhere, with instances, scored again, stopped when settled, with data that is kept",
    needs: ["python", "postgres", "sandbox"],
    onRequest: true,
    run: ({ show, reports }) => show(bin("vitest"), ["run", ...RUNS, ...vitestReport(reports, "runs")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "runs.json")),
  },
  {
    name: "slurm",
    about: "attempts as batch jobs of a real Slurm of two nodes: run, full queue, stop, a node that is killed, hostile programs",
    needs: ["python", "postgres", "sandbox"],
    onRequest: true,
    run: ({ show, reports }) => show(bin("vitest"), ["run", ...SLURM, ...vitestReport(reports, "slurm")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "slurm.json")),
  },
  {
    name: "kubernetes",
    about: "attempts as Jobs of a real Kubernetes of two nodes, and the Helm chart; builds both first, which takes 15 to 30 minutes once",
    needs: ["python", "postgres", "sandbox", "kubernetes", "helm"],
    onRequest: true,
    run: ({ show, reports }) => show(bin("vitest"), ["run", ...KUBERNETES, ...vitestReport(reports, "kubernetes")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "kubernetes.json")),
  },
  {
    name: "ray",
    about:
      "attempts as jobs of a real Ray of two nodes: run, no room, stop, a dashboard that is away, a node that is killed, hostile programs",
    needs: ["python", "postgres", "sandbox", "ray"],
    onRequest: true,
    run: ({ show, reports }) => show(bin("vitest"), ["run", ...RAY, ...vitestReport(reports, "ray")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "ray.json")),
  },
  {
    name: "recovery",
    about:
      "runs that are resumed; several processes behind one address; platforms and workers that are killed, stalled, elsewhere, without a database or room; kills at random",
    needs: ["python", "postgres", "sandbox"],
    onRequest: true,
    run: ({ show, reports }) => show(bin("vitest"), ["run", ...RECOVERY, ...vitestReport(reports, "recovery")]),
    counts: (reports) => countsOf(vitestCounts, join(reports, "recovery.json")),
  },
  {
    name: "pythons",
    about: "verifiers on every Python of this machine, and how environments are installed",
    needs: ["python", "postgres", "sandbox", "containers"],
    onRequest: true,
    run: ({ show, reports }) =>
      show(bin("vitest"), ["run", ...PYTHONS, ...vitestReport(reports, "pythons")], {
        TEST_EVERY_PYTHON: "1",
      }),
    counts: (reports) => countsOf(vitestCounts, join(reports, "pythons.json")),
  },
  {
    name: "cli-old",
    about: "the story with an old prime CLI",
    needs: ["python", "postgres", "sandbox"],
    onRequest: true,
    run: async ({ show, dataDir, env, reports }) => {
      const prime = await preparePrimeCli({ dataDir, uv: env.UV ?? "uv", python: env.PYTHON_BASE ?? "python3", old: true })
      await show(bin("vitest"), ["run", "--bail=1", STORY, ...vitestReport(reports, "cli-old")], { PRIME_CLI: prime })
    },
    counts: (reports) => countsOf(vitestCounts, join(reports, "cli-old.json")),
  },
]

/** @param {Stage} stage @param {string[]} files */
export const needsOf = ({ needs }, files) => (typeof needs === "function" ? needs(files) : needs)

/** The stages in a line each. */
export const stageList = () =>
  STAGES.map(({ name, about, onRequest }) => `${name.padEnd(11)}${about}${onRequest ? ` (npm run test:${name})` : ""}`).join("\n")
