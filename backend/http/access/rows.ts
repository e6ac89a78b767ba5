import type { OperationId } from "../../../contract/index.ts"
import type { World } from "../../testing/access/world.ts"
import { billingRows } from "./billing-rows.ts"
import { directoryRows } from "./directory-rows.ts"
import { instanceRows } from "./instance-rows.ts"
import type { Row } from "./row.ts"

const nothing = () => ({})
const ofRun = (w: World) => ({ params: { evaluation_id: w.run } })
const ofSample = (w: World) => ({ params: { evaluation_id: w.run, sample_id: w.runSample } })
const both = (w: World) => ({ query: { runs: `${w.run},${w.second}` } })
const ofEnv = (w: World) => ({ params: w.env.at })
const ofEnvId = (w: World) => ({ params: { environment_id: w.env.id } })
const ofVersion = (w: World) => ({ params: { ...w.env.at, version: "latest" } })
const ofSandbox = (w: World) => ({ params: { sandbox_id: w.sandbox } })
const ofCheckpoint = async (w: World) => ({ params: { checkpoint_id: await w.newCheckpoint() } })
const forTeam = (w: World) => ({ headers: { "x-prime-team-id": w.team } })
const ofChannel = (w: World) => ({ params: { channel_id: w.channel } })
const ofTrace = (w: World) => ({ ...forTeam(w), params: { trace_id: w.trace } })
const ofEpisode = (w: World) => ({ ...forTeam(w), params: { episode_id: `episode-of-${w.trace}` } })
const ofTraceRun = (w: World) => ({ ...forTeam(w), params: { run_id: `run-of-${w.trace}` } })
const config = { num_examples: 1, rollouts_per_example: 1, api_base_url: "http://127.0.0.1:9/v1" }

/**
 * What each endpoint answers whom, written out by hand: nothing here is made from contract/access, so that a wrong row there is found.
 * The things are a team's, where they can be. In `other`'s eyes they do not exist (404), or the team is not theirs (403).
 */
export const rows: Record<OperationId, Row> = {
  //                        owner edit run. view other none run expired
  createHostedEvaluation: [
    "201 201 201 403 404 401 403 401",
    (w) => ({ body: { environment_ids: [w.env.id], inference_model: "m", eval_config: config } }),
  ],
  launchSuite: [
    "201 201 201 403 404 401 403 401",
    (w) => ({ body: { environment_id: w.env.id, inference_models: ["m", "n"], eval_config: config } }),
  ],
  listInferenceModels: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  cancelHostedEvaluation: ["200 200 200 403 404 401 403 401", async (w) => ({ params: { evaluation_id: await w.newHosted("waiting") } })],
  resumeHostedEvaluation: [
    "200 200 200 403 404 401 403 401",
    async (w) => ({ params: { evaluation_id: await w.newHosted("stopped") }, body: {} }),
  ],
  scoreAgain: ["201 201 201 403 404 401 403 401", (w) => ({ ...ofRun(w), body: {} })],
  listAttempts: ["200 200 200 200 404 401 403 401", ofRun],
  getHostedEvaluationLogs: ["200 200 200 200 404 401 403 401", ofRun],
  // What is sent is no archive: who may import is told so.
  importEvaluation: ["422 422 422 403 403 401 403 401", (w) => ({ query: { team_id: w.team }, body: "no archive" })],
  listEvaluations: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  createEvaluation: ["201 201 201 403 403 401 403 401", (w) => ({ body: { name: "new", run_id: "r", team_id: w.team } })],
  // Says of each run whether it was deleted; see the test of what bulk requests do.
  bulkDeleteEvaluations: ["200 200 200 200 200 401 200 401", async (w) => ({ body: { evaluation_ids: [await w.newRun()] } })],
  bulkEvaluations: ["200 200 200 200 200 401 200 401", (w) => ({ body: { evaluation_ids: [w.run], action: "tag", tags: ["new"] } })],
  getEvaluation: ["200 200 200 200 404 401 403 401", ofRun],
  updateEvaluation: ["200 200 200 403 404 401 403 401", (w) => ({ ...ofRun(w), body: { notes: "new" } })],
  deleteEvaluation: ["200 200 403 403 404 401 403 401", async (w) => ({ params: { evaluation_id: await w.newRun() } })],
  pushSamples: [
    "200 200 200 403 404 401 403 401",
    async (w) => ({ params: { evaluation_id: await w.newRun("open") }, body: { samples: [{ example_id: "x", reward: 1 }] } }),
  ],
  getSamples: ["200 200 200 200 404 401 403 401", ofRun],
  finalizeEvaluation: ["200 200 200 403 404 401 403 401", async (w) => ({ params: { evaluation_id: await w.newRun("open") }, body: {} })],
  listSampleSummaries: ["200 200 200 200 404 401 403 401", ofRun],
  getSample: ["200 200 200 200 404 401 403 401", ofSample],
  listSampleNodes: ["200 200 200 200 404 401 403 401", ofSample],
  getRunStatistics: ["200 200 200 200 404 401 403 401", ofRun],
  getRunFindings: ["200 200 200 200 404 401 403 401", ofRun],
  listErrorGroups: ["200 200 200 200 404 401 403 401", ofRun],
  listEvaluationModels: ["200 200 200 200 200 401 403 401", nothing],
  listEvaluationTags: ["200 200 200 200 200 401 403 401", nothing],
  streamEvents: ["200 200 200 200 200 401 403 401", nothing],
  searchRuns: ["200 200 200 200 200 401 403 401", () => ({ query: { query: "question" } })],
  listLogLines: ["200 200 200 200 404 401 403 401", ofRun],
  findLogHits: ["200 200 200 200 404 401 403 401", (w) => ({ ...ofRun(w), query: { search: "line" } })],
  downloadLog: ["200 200 200 200 404 401 403 401", ofRun],
  listRunSandboxes: ["200 200 200 200 404 401 403 401", ofRun],

  listSchedules: ["200 200 200 200 404 401 403 401", ofEnv],
  createSchedule: ["201 201 201 403 404 401 403 401", (w) => ({ ...ofEnv(w), body: w.schedule() })],
  updateSchedule: [
    "200 200 200 403 404 401 403 401",
    async (w) => ({ params: { schedule_id: await w.newSchedule() }, body: { is_paused: true } }),
  ],
  runSchedule: ["201 201 201 403 404 401 403 401", async (w) => ({ params: { schedule_id: await w.newSchedule() }, body: {} })],
  deleteSchedule: ["200 200 200 403 404 401 403 401", async (w) => ({ params: { schedule_id: await w.newSchedule() } })],
  compareEvaluations: ["200 200 200 200 404 401 403 401", both],
  listComparedExamples: ["200 200 200 200 404 401 403 401", both],
  compareHealth: ["200 200 200 200 404 401 403 401", both],
  exportComparison: ["200 200 200 200 404 401 403 401", both],
  gateEvaluation: ["200 200 200 200 404 401 403 401", both],
  exportResults: ["200 200 200 200 404 401 403 401", ofRun],
  exportMetadata: ["200 200 200 200 404 401 403 401", ofRun],
  exportSamples: ["200 200 200 200 404 401 403 401", ofRun],
  exportParquet: ["200 200 200 200 404 401 403 401", ofRun],
  exportFolder: ["200 200 200 200 404 401 403 401", ofRun],
  exportInspect: ["200 200 200 200 404 401 403 401", ofRun],
  exportMarkdownTable: ["200 200 200 200 404 401 403 401", ofRun],
  exportLatexTable: ["200 200 200 200 404 401 403 401", ofRun],
  exportEvalResults: ["200 200 200 200 404 401 403 401", ofRun],
  exportEveryEvalEver: ["200 200 200 200 404 401 403 401", ofRun],

  listReviews: ["200 200 200 200 404 401 403 401", ofSample],
  putReview: ["200 200 200 403 404 401 403 401", (w) => ({ ...ofSample(w), body: { rating: 1 } })],
  deleteReview: ["200 200 200 403 404 401 403 401", ofSample],
  getReviewSummary: ["200 200 200 200 404 401 403 401", ofRun],

  listComments: ["200 200 200 200 404 401 403 401", ofRun],
  createComment: ["201 201 201 403 404 401 403 401", (w) => ({ ...ofRun(w), body: { text: "I agree" } })],
  // The owner's own; nobody else deletes it.
  deleteComment: ["200 404 404 403 404 401 403 401", async (w) => ({ params: { evaluation_id: w.run, comment_id: await w.newComment() } })],
  listMentionablePeople: ["200 200 200 200 404 401 403 401", ofRun],
  listShares: ["200 200 200 200 404 401 403 401", ofRun],
  createShare: ["201 201 403 403 404 401 403 401", (w) => ({ ...ofRun(w), body: {} })],
  revokeShare: [
    "200 200 403 403 404 401 403 401",
    async (w) => ({ params: { evaluation_id: w.second, share_id: (await w.newShare(w.second)).id } }),
  ],
  // The link itself is the permission; a key that has expired is refused even so.
  openShare: ["201 201 201 201 201 201 201 401", (w) => ({ params: { token: w.shareToken }, body: { password: "it has none" } })],
  getSharedRun: ["200 200 200 200 200 200 200 401", (w) => ({ params: { token: w.shareToken } })],
  listSharedSamples: ["200 200 200 200 200 200 200 401", (w) => ({ params: { token: w.shareToken } })],
  getSharedSample: ["200 200 200 200 200 200 200 401", (w) => ({ params: { token: w.shareToken, sample_id: w.runSample } })],
  listSharedLog: ["200 200 200 200 200 200 200 401", (w) => ({ params: { token: w.shareToken } })],

  // A person's own: the owner's are not there for anybody else, in the team or not.
  listPresets: ["200 200 200 200 200 401 403 401", (w) => ({ query: { environment_id: w.env.id } })],
  savePreset: [
    "201 201 201 201 201 401 403 401",
    (w) => ({ body: { name: w.name(), eval_config: { num_examples: 1, rollouts_per_example: 1 } } }),
  ],
  renamePreset: ["200 404 404 404 404 401 403 401", (w) => ({ params: { preset_id: w.preset }, body: { name: w.name() } })],
  deletePreset: ["200 404 404 404 404 401 403 401", async (w) => ({ params: { preset_id: await w.newPreset() } })],
  listViews: ["200 200 200 200 200 401 403 401", nothing],
  saveView: ["201 201 201 201 201 401 403 401", (w) => ({ body: { name: w.name(), query: "status=FAILED" } })],
  deleteView: ["200 404 404 404 404 401 403 401", async (w) => ({ params: { view_id: await w.newView() } })],

  getNotificationSettings: ["200 200 200 200 200 401 403 401", nothing],
  createNotificationChannel: [
    "201 201 201 201 201 401 403 401",
    (w) => ({ body: { kind: "webhook", name: w.name(), url: "https://example.com/hook" } }),
  ],
  updateNotificationChannel: ["200 404 404 404 404 401 403 401", (w) => ({ ...ofChannel(w), body: { name: w.name() } })],
  // It is a webhook, which needs no code.
  confirmNotificationChannel: ["200 404 404 404 404 401 403 401", (w) => ({ ...ofChannel(w), body: { code: "AAAA" } })],
  rotateNotificationSecret: ["200 404 404 404 404 401 403 401", ofChannel],
  testNotificationChannel: ["202 404 404 404 404 401 403 401", ofChannel],
  deleteNotificationChannel: ["200 404 404 404 404 401 403 401", async (w) => ({ params: { channel_id: await w.newChannel() } })],
  listNotificationDeliveries: ["200 404 404 404 404 401 403 401", ofChannel],
  sendNotificationAgain: [
    "202 404 404 404 404 401 403 401",
    async (w) => {
      const { id } = await w.make("POST", `/notifications/channels/${w.channel}/test`, {})
      return { params: { channel_id: w.channel, delivery_id: id } }
    },
  ],
  createNotificationRule: ["201 201 201 201 403 401 403 401", (w) => ({ body: { events: ["ended"], team_id: w.team } })],
  deleteNotificationRule: ["200 404 404 404 404 401 403 401", async (w) => ({ params: { rule_id: await w.newRule() } })],
  listEnvironments: ["200 200 200 200 200 200 200 401", () => ({ query: { limit: "100" } })],
  resolveEnvironment: ["200 200 200 403 403 401 403 401", (w) => ({ body: { name: w.env.at.name, team_id: w.team } })],
  lookupEnvironment: ["200 200 200 200 404 401 404 401", (w) => ({ body: { id: w.env.id } })],
  updateEnvironment: ["200 200 403 403 404 401 404 401", (w) => ({ ...ofEnv(w), body: { visibility: "PRIVATE" } })],
  deleteEnvironment: ["200 200 403 403 404 401 404 401", async (w) => ({ params: (await w.newEnv()).at })],
  deleteEnvironmentById: ["200 200 403 403 404 401 404 401", async (w) => ({ params: { environment_id: (await w.newEnv()).id } })],
  deleteEnvironmentVersion: [
    "200 200 403 403 404 401 404 401",
    async (w) => {
      const { at, hash } = await w.newEnv()
      return { params: { ...at, version: hash } }
    },
  ],
  // A public environment of somebody else, copied to the team.
  forkEnvironment: ["200 200 403 403 403 401 403 401", async (w) => ({ params: (await w.newOpenEnv()).at, body: { team_id: w.team } })],
  getEnvironmentStatus: ["200 200 200 200 404 404 404 401", ofEnv],
  getEnvironment: ["200 200 200 200 404 404 404 401", ofVersion],
  inspectEnvironment: ["200 200 200 200 404 404 404 401", ofVersion],
  listEnvironmentVersions: ["200 200 200 200 404 404 404 401", ofEnv],
  listDatasetExamples: ["200 200 200 200 404 404 404 401", ofVersion],
  getEnvironmentResults: ["200 200 200 200 404 401 403 401", ofEnv],
  getLeaderboards: ["200 200 200 200 404 401 403 401", ofEnv],
  pinBaseline: ["200 200 403 403 404 401 404 401", (w) => ({ ...ofEnv(w), body: { evaluation_id: w.run } })],
  unpinBaseline: ["204 204 403 403 404 401 404 401", ofEnv],
  retryEnvironmentAction: ["200 200 403 403 404 401 404 401", async (w) => ({ params: (await w.newEnv()).at, body: {} })],
  listEnvironmentActions: ["200 200 200 200 404 404 404 401", ofEnv],
  getEnvironmentActionLogs: ["200 200 200 200 404 404 404 401", (w) => ({ params: { ...w.env.at, action_id: w.env.checkId } })],
  createWheel: ["200 200 403 403 404 401 404 401", (w) => ({ ...ofEnvId(w), body: w.wheel() })],
  // Nothing was uploaded: who may publish is told so.
  finalizeWheel: [
    "422 422 403 403 404 401 404 401",
    async (w) => {
      const { wheel_id } = (await w.make("POST", `/environmentshub/${w.env.id}/wheels`, w.wheel())).data
      return { params: { environment_id: w.env.id, wheel_id } }
    },
  ],
  // What it reads belongs to nobody here; at this address is nothing.
  fetchGitFiles: ["422 422 422 422 422 401 403 401", () => ({ body: { url: "https://127.0.0.1:9/none" } })],
  // Its wheel was not sent before: who may publish is told so.
  createVersion: ["422 422 403 403 404 401 404 401", (w) => ({ ...ofEnvId(w), body: w.source() })],
  finalizeVersion: ["200 200 403 403 404 401 404 401", (w) => ({ params: { environment_id: w.env.id, version_id: w.env.versionId } })],
  uploadArtifact: ["403 403 403 403 403 403 403 401", () => ({ params: { token: "made-up" }, body: "bytes" })],
  downloadPackage: ["200 200 200 200 404 404 404 401", ofVersion],
  // An index is for installers, which have no key: it has public environments only.
  listPackages: ["200 200 200 200 200 200 200 401", () => ({ params: { owner: "open-author" } })],
  listPackageFiles: ["404 404 404 404 404 404 404 401", (w) => ({ params: { owner: w.env.at.owner, project: w.env.at.name } })],
  downloadWheel: [
    "200 200 200 200 404 404 404 401",
    (w) => ({ params: { version_id: w.env.versionId, filename: `${w.env.at.name.replace(/-/g, "_")}-0.1.0-py3-none-any.whl` } }),
  ],

  listSecrets: ["200 200 403 403 403 401 403 401", (w) => ({ query: { teamId: w.team } })],
  createSecret: ["200 200 403 403 403 401 403 401", (w) => ({ body: { name: w.secretName(), value: "v", teamId: w.team } })],
  getSecret: ["200 200 403 403 404 401 403 401", (w) => ({ params: { secret_id: w.secret } })],
  updateSecret: ["200 200 403 403 404 401 403 401", (w) => ({ params: { secret_id: w.secret }, body: { description: "new" } })],
  deleteSecret: ["200 200 403 403 404 401 403 401", async (w) => ({ params: { secret_id: await w.newSecret() } })],
  listEnvironmentSecrets: ["200 200 403 403 404 401 404 401", ofEnvId],
  createEnvironmentSecret: ["200 200 403 403 404 401 404 401", (w) => ({ ...ofEnvId(w), body: { name: w.secretName(), value: "v" } })],
  updateEnvironmentSecret: [
    "200 200 403 403 404 401 404 401",
    (w) => ({ params: { environment_id: w.env.id, secret_id: w.envSecret }, body: { value: "new" } }),
  ],
  deleteEnvironmentSecret: [
    "200 200 403 403 404 401 404 401",
    async (w) => ({ params: { environment_id: w.env.id, secret_id: await w.newEnvSecret() } }),
  ],
  linkSecret: ["200 200 403 403 404 401 404 401", async (w) => ({ params: { environment_id: w.env.id, secret_id: await w.newSecret() } })],
  unlinkSecret: ["200 200 403 403 404 401 404 401", async (w) => ({ params: { environment_id: w.env.id, secret_id: await w.newLink() } })],
  listEnvironmentVariables: ["200 200 403 403 404 401 404 401", ofEnvId],
  createEnvironmentVariable: ["200 200 403 403 404 401 404 401", (w) => ({ ...ofEnvId(w), body: { name: w.secretName(), value: "v" } })],
  updateEnvironmentVariable: [
    "200 200 403 403 404 401 404 401",
    (w) => ({ params: { environment_id: w.env.id, variable_id: w.variable }, body: { value: "new" } }),
  ],
  deleteEnvironmentVariable: [
    "200 200 403 403 404 401 404 401",
    async (w) => ({ params: { environment_id: w.env.id, variable_id: await w.newVariable() } }),
  ],

  listModels: ["200 200 200 200 403 200 200 401", forTeam],
  getModel: ["404 404 404 404 403 404 404 401", (w) => ({ ...forTeam(w), params: { model_id: "no/such" } })],
  // There is no such model: who may use the team's is told so.
  createChatCompletion: [
    "404 404 404 403 403 401 404 401",
    (w) => ({ ...forTeam(w), body: { model: "no/such", messages: [{ role: "user", content: "hello" }] } }),
  ],
  listProviders: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  createProvider: [
    "201 201 403 403 403 401 403 401",
    (w) => ({ body: { slug: w.name(), name: "n", base_url: "http://127.0.0.1:9/v1", team_id: w.team, is_on: false } }),
  ],
  updateProvider: ["200 200 403 403 404 401 403 401", (w) => ({ params: { provider_id: w.provider }, body: { name: "new" } })],
  deleteProvider: ["200 200 403 403 404 401 403 401", async (w) => ({ params: { provider_id: await w.newProvider() } })],
  testProvider: ["200 200 403 403 404 401 403 401", (w) => ({ body: { base_url: "http://127.0.0.1:9/v1", provider_id: w.provider } })],
  setFavouriteModel: ["200 200 200 200 200 401 403 401", () => ({ body: { model: "no/such", is_favourite: false } })],

  // These are asked with API keys, which are no sessions and no administrators'.
  getSignInMethods: ["200 200 200 200 200 200 200 401", nothing],
  signIn: [
    "401 401 401 401 401 401 401 401",
    () => ({ body: { email: "nobody@example.com", password: "not the right one", browser: "a test" } }),
  ],
  signOut: ["200 200 200 200 200 401 403 401", nothing],
  listSessions: ["200 200 200 200 200 401 403 401", nothing],
  endOtherSessions: ["200 200 200 200 200 401 403 401", nothing],
  endSession: ["404 404 404 404 404 401 403 401", () => ({ params: { session_id: "no-session" } })],
  getAccount: ["200 200 200 200 200 401 403 401", nothing],
  updateAccount: ["200 200 200 200 200 401 403 401", () => ({ body: { name: "Somebody" } })],
  listPeople: ["403 403 403 403 403 401 403 401", nothing],
  updatePerson: ["403 403 403 403 403 401 403 401", (w) => ({ params: { user_id: w.users.viewer }, body: { is_on: false } })],
  createPasswordReset: ["403 403 403 403 403 401 403 401", (w) => ({ params: { user_id: w.users.viewer } })],
  // No mail server is set.
  forgotPassword: ["409 409 409 409 409 409 409 401", () => ({ body: { email: "nobody@example.com" } })],
  openPasswordReset: ["404 404 404 404 404 404 404 401", () => ({ body: { token: "no-link" } })],
  resetPassword: [
    "404 404 404 404 404 404 404 401",
    () => ({ body: { token: "no-link", password: "a long enough password", browser: "a test" } }),
  ],
  listInvitations: ["200 403 403 403 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  createInvitation: [
    "201 403 403 403 403 401 403 401",
    (w) => ({ body: { email: `${w.name()}@example.com`, team_id: w.team, role: "viewer" } }),
  ],
  revokeInvitation: ["200 403 403 403 403 401 403 401", async (w) => ({ params: { invitation_id: await w.newInvitation() } })],
  ...directoryRows,
  openInvitation: ["404 404 404 404 404 404 404 401", () => ({ body: { token: "no-link" } })],
  acceptInvitation: ["404 404 404 404 404 404 404 401", () => ({ body: { token: "no-link" } })],
  getPasskeySignInOptions: ["200 200 200 200 200 200 200 401", nothing],
  signInWithPasskey: ["401 401 401 401 401 401 401 401", () => ({ body: { response: { id: "no-passkey" }, browser: "a test" } })],
  listIdentities: ["200 200 200 200 200 401 403 401", nothing],
  removeIdentity: ["404 404 404 404 404 401 403 401", () => ({ query: { provider: "oidc", subject: "nobody" } })],
  listPasskeys: ["200 200 200 200 200 401 403 401", nothing],
  getPasskeyOptions: ["200 200 200 200 200 401 403 401", nothing],
  addPasskey: ["422 422 422 422 422 401 403 401", () => ({ body: { name: "laptop", response: { id: "no-passkey" } } })],
  removePasskey: ["404 404 404 404 404 401 403 401", () => ({ params: { passkey_id: "no-passkey" } })],
  whoami: ["200 200 200 200 200 401 403 401", nothing],
  updateSlug: ["409 409 409 409 409 401 403 401", () => ({ body: { slug: "open-author" } })],
  listTeams: ["200 200 200 200 200 401 403 401", nothing],
  createTeam: ["201 201 201 201 201 401 403 401", (w) => ({ body: { name: "New", slug: w.name() } })],
  listTeamMembers: ["200 200 200 200 403 401 403 401", (w) => ({ params: { team_id: w.team } })],
  updateTeamMember: [
    "200 403 403 403 403 401 403 401",
    async (w) => ({ params: { team_id: w.team, user_id: await w.newMember() }, body: { access_role: "runner" } }),
  ],
  removeTeamMember: ["200 403 403 403 403 401 403 401", async (w) => ({ params: { team_id: w.team, user_id: await w.newMember() } })],
  // The last owner stays.
  leaveTeam: ["409 200 200 200 403 401 403 401", async (w) => ({ params: { team_id: await w.newTeam() } })],
  listApiKeys: ["200 200 200 200 200 401 403 401", nothing],
  createApiKey: ["201 201 201 201 201 401 403 401", () => ({ body: { name: "new" } })],
  revokeApiKey: ["200 404 404 404 404 401 403 401", async (w) => ({ params: { key_id: await w.newKey() } })],
  generateChallenge: ["200 200 200 200 200 200 200 401", (w) => ({ body: { encryptionPublicKey: w.encryptionPublicKey } })],
  // Asked with the challenge's own token, which none of these is.
  getChallengeStatus: ["401 401 401 401 401 401 401 401", async (w) => ({ query: { challenge: await w.newChallenge() } })],
  getChallenge: ["200 200 200 200 200 401 403 401", async (w) => ({ params: { code: await w.newChallenge() } })],
  approveChallenge: ["200 200 200 200 200 401 403 401", async (w) => ({ params: { code: await w.newChallenge() } })],
  denyChallenge: ["200 200 200 200 200 401 403 401", async (w) => ({ params: { code: await w.newChallenge() } })],
  getHome: ["200 200 200 200 200 401 403 401", nothing],
  noteHomeVisit: ["204 204 204 204 204 401 403 401", () => ({ body: {} })],
  sendFeedback: ["201 201 201 201 201 401 403 401", () => ({ body: { message: "hello" } })],
  listFeedback: ["200 200 200 200 200 401 403 401", nothing],

  getCompute: ["200 200 200 200 200 401 403 401", nothing],
  listAudit: ["200 200 200 200 200 401 403 401", nothing],
  noteSignIn: ["201 201 201 201 201 401 403 401", nothing],
  ...billingRows,

  uploadTraces: [
    "200 200 200 403 403 401 403 401",
    (w) => {
      const { body, headers } = w.form(w.name())
      return { body, headers: { ...headers, ...forTeam(w).headers } }
    },
  ],
  listTraces: ["200 200 200 200 403 401 403 401", forTeam],
  deleteRunTraces: ["202 202 403 403 403 401 403 401", async (w) => ({ ...forTeam(w), query: { run_id: `run-of-${await w.newTrace()}` } })],
  getTrace: ["200 200 200 200 403 401 403 401", ofTrace],
  deleteTrace: ["202 202 403 403 403 401 403 401", async (w) => ({ ...forTeam(w), params: { trace_id: await w.newTrace() } })],
  listTraceNodes: ["200 200 200 200 403 401 403 401", ofTrace],
  listTraceCalls: ["200 200 200 200 403 401 403 401", ofTrace],
  listEpisodes: ["200 200 200 200 403 401 403 401", forTeam],
  getEpisode: ["200 200 200 200 403 401 403 401", ofEpisode],
  listEpisodeTraces: ["200 200 200 200 403 401 403 401", ofEpisode],
  listTraceRuns: ["200 200 200 200 403 401 403 401", forTeam],
  getTraceRun: ["200 200 200 200 403 401 403 401", ofTraceRun],
  listTraceRunSteps: ["200 200 200 200 403 401 403 401", ofTraceRun],
  searchTraceRun: ["200 200 200 200 403 401 403 401", (w) => ({ ...ofTraceRun(w), query: { query: "say 0" } })],

  // The run may make sandboxes, which are its own: those of the team's members are not there for it.
  createSandbox: [
    "201 201 201 403 403 401 201 401",
    async (w) => {
      await w.hostSandboxes()
      return { body: { name: "new", docker_image: "python:3.11-slim", team_id: w.team } }
    },
  ],
  listSandboxes: ["200 200 200 200 403 401 200 401", (w) => ({ query: { team_id: w.team } })],
  bulkDeleteSandboxes: ["200 403 403 403 403 401 200 401", (w) => ({ body: { labels: ["of-nothing"], team_id: w.team, all_users: true } })],
  listAllExposedPorts: ["200 200 200 200 200 401 200 401", nothing],
  getSandboxStatuses: ["200 200 200 200 200 401 200 401", (w) => ({ body: { sandbox_ids: [w.sandbox] } })],
  getSandbox: ["200 200 200 200 404 401 404 401", ofSandbox],
  deleteSandbox: ["200 403 403 403 404 401 404 401", async (w) => ({ params: { sandbox_id: await w.newSandbox() } })],
  authorizeSandbox: ["409 409 409 403 404 401 404 401", ofSandbox],
  getSandboxErrorContext: ["200 200 200 200 404 401 404 401", ofSandbox],
  getSandboxLogs: ["200 200 200 200 404 401 404 401", ofSandbox],
  getEgressPolicy: ["200 200 200 200 404 401 404 401", ofSandbox],
  // It does not run yet: who may change what it reaches is told so.
  setEgressPolicy: ["409 409 409 403 404 401 404 401", (w) => ({ ...ofSandbox(w), body: { allowlist: [] } })],
  exposePort: ["200 200 200 403 404 401 404 401", (w) => ({ ...ofSandbox(w), body: { port: 8000 } })],
  listExposedPorts: ["200 200 200 200 404 401 404 401", ofSandbox],
  unexposePort: ["404 404 404 403 404 401 404 401", (w) => ({ params: { sandbox_id: w.sandbox, exposure_id: "none" } })],
  getCheckpoints: ["200 200 200 200 200 401 200 401", async (w) => ({ body: { checkpoint_ids: [await w.newCheckpoint()] } })],
  getCheckpoint: ["200 200 200 200 404 401 404 401", ofCheckpoint],
  // It is the owner's, who took it.
  deleteCheckpoint: ["200 403 403 403 404 401 404 401", ofCheckpoint],
  listCheckpoints: ["200 200 200 200 404 401 404 401", ofSandbox],
  // The sandbox waits for a worker.
  createCheckpoint: ["409 409 409 403 404 401 404 401", ofSandbox],
  deleteCheckpoints: ["200 200 200 403 404 401 404 401", ofSandbox],
  // There is no server of tunnels here.
  createTunnel: ["501 501 501 403 403 401 403 401", (w) => ({ body: { local_port: 80, teamId: w.team } })],
  listTunnels: ["200 200 200 200 403 401 403 401", (w) => ({ query: { teamId: w.team } })],
  bulkDeleteTunnels: ["200 403 403 403 403 401 403 401", (w) => ({ body: { labels: ["of-nothing"], teamId: w.team, all_users: true } })],
  getTunnel: ["200 200 200 200 404 401 403 401", (w) => ({ params: { tunnel_id: w.tunnel } })],
  deleteTunnel: ["200 403 403 403 404 401 403 401", async (w) => ({ params: { tunnel_id: await w.newTunnel() } })],
  validateFrp: ["200 200 200 200 200 200 200 401", () => ({ body: { version: "0.1.0", op: "Login", content: {} } })],
  // For those who hold the token of an attempt, which is nobody's key.
  openAttempt: ["401 401 401 401 401 401 401 401", () => ({ body: { instance: "a" } })],
  appendSpool: ["401 401 401 401 401 401 401 401", () => ({ query: { instance: "a", stream: "events", offset: "0" }, body: "{}\n" })],
  endAttempt: ["401 401 401 401 401 401 401 401", () => ({ body: { instance: "a", code: 0, signal: null, limit: null } })],

  listSandboxNetworks: ["501 501 501 501 501 401 501 401", nothing],
  createSandboxNetwork: ["501 501 501 501 501 401 501 401", nothing],
  listVolumes: ["501 501 501 501 501 401 501 401", nothing],
  createVolume: ["501 501 501 501 501 401 501 401", nothing],
  createSshSession: ["501 501 501 403 404 401 404 401", (w) => ({ ...ofSandbox(w), body: {} })],
  closeSshSession: ["404 404 404 403 404 401 404 401", (w) => ({ params: { sandbox_id: w.sandbox, session_id: "s" } })],
  ...instanceRows,
  getCapabilities: ["200 200 200 200 200 200 200 401", nothing],
  getOpenApi: ["200 200 200 200 200 200 200 401", nothing],
  getHealth: ["200 200 200 200 200 200 200 401", nothing],
}
