import type { World } from "../../testing/access/world.ts"
import { newPublicKey } from "../../testing/ssh-keys.ts"
import type { Row } from "./row.ts"

const nothing = () => ({})
const ofInstance = (w: World) => ({ params: { pod_id: w.instance } })

/** The rows of instances, and of the keys that open them. The run may make sandboxes alone. */
export const instanceRows = {
  listGpuAvailability: ["200 200 200 200 200 401 403 401", nothing],
  listClusterAvailability: ["200 200 200 200 200 401 403 401", nothing],
  listDiskAvailability: ["200 200 200 200 200 401 403 401", nothing],
  summarizeAvailability: ["200 200 200 200 200 401 403 401", nothing],
  listPods: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  createPod: [
    "200 200 200 403 403 401 403 401",
    async (w) => {
      await w.hostSandboxes()
      return { body: { pod: { name: "new", cloudId: "local-sandbox", gpuType: "CPU_NODE" }, team: { teamId: w.team } } }
    },
  ],
  listPodStatuses: ["200 200 200 200 200 401 403 401", (w) => ({ query: { pod_ids: w.instance } })],
  listPodHistory: ["200 200 200 200 403 401 403 401", (w) => ({ query: { team_id: w.team } })],
  getPod: ["200 200 200 200 404 401 403 401", ofInstance],
  deletePod: ["200 403 403 403 404 401 403 401", async (w) => ({ params: { pod_id: await w.newInstance() } })],
  // Keys are a person's own, whatever the person is in a team.
  listSshKeys: ["200 200 200 200 200 401 403 401", nothing],
  addSshKey: ["200 200 200 200 200 401 403 401", () => ({ body: { name: "laptop", publicKey: newPublicKey() } })],
  deleteSshKey: ["200 404 404 404 404 401 403 401", async (w) => ({ params: { key_id: await w.newSshKey() } })],
} as const satisfies Record<string, Row>
