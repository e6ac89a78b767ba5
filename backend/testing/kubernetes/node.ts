import { type ChildProcess, execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises"
import path from "node:path"
import { promisify } from "node:util"
import { until } from "../until.ts"
import { type Programs, startPart } from "./parts.ts"

const exec = promisify(execFile)
const groups = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd", "unified"]

/** A machine of a cluster. */
export interface Node {
  name: string
  /** Starts containerd and kubelet. It takes a while until the node is ready. */
  start: () => Promise<void>
  /** What a power cut does. */
  kill: () => void
  /** Takes its cable out, and puts it in again. */
  connect: (connected: boolean) => Promise<void>
  /** Runs a program in its network. */
  inNetwork: (argv: string[]) => Promise<string>
  /** Ends it, and takes away what it has left outside of its own mounts. */
  remove: () => Promise<void>
}

interface NodePlace {
  /** n1 or n2, and 1 or 2. */
  name: string
  number: number
  folder: string
  /** The bridge that connects the nodes, the first three parts of its addresses, and the node's own for its pods. */
  bridge: string
  network: string
  pods: string
  control: string
}

/** Makes a machine: namespaces and control groups of its own, on a bridge. */
export async function makeNode(programs: Programs, place: NodePlace): Promise<Node> {
  const { name, number, folder, bridge, network, pods, control } = place
  for (const one of ["run", "cni", "kubelet", "containerd"]) await mkdir(path.join(folder, one), { recursive: true })
  const script = path.join(import.meta.dirname, "node-up.sh")
  const namespaces = ["--net", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
  const machine = startPart("unshare", [...namespaces, "bash", script, folder, name], path.join(folder, "up.log"))
  const pid = await until(
    async () => `${name} is up: ${await readFile(path.join(folder, "up.log"), "utf8")}`,
    async () => existsSync(path.join(folder, "up")) && (await firstProcess(machine)),
  )
  const cable = `${bridge}${name}`
  const ip = (...argv: string[]) => exec("ip", argv)
  const enter = ["nsenter", "-t", String(pid), "-n", "-m", "-u", "-p"]
  const inNetwork = async (argv: string[]) => (await exec("nsenter", ["-t", String(pid), "-n", ...argv])).stdout
  await ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", String(pid))
  await ip("link", "set", cable, "master", bridge, "up")
  await inNetwork(["ip", "addr", "add", `${network}.1${number}/24`, "dev", "eth0"])
  for (const one of ["eth0", "lo"]) await inNetwork(["ip", "link", "set", one, "up"])
  await inNetwork(["ip", "route", "add", "default", "via", `${network}.1`])
  await inNetwork(["sysctl", "-q", "-w", "net.ipv4.ip_forward=1"])

  await makeGroups(`${bridge}${name}`)
  const start = async () => {
    await writeFile(path.join(folder, "containerd.toml"), containerdConfig(programs, folder))
    await writeFile(path.join(folder, "cni/10-test.conflist"), JSON.stringify(networkConfig(folder, pods)))
    const containerd = path.join(programs.folder, "usr/bin/containerd")
    const within = (command: string, argv: string[], log: string) =>
      startPart(enter[0] as string, [...enter.slice(1), "--wd=/", command, ...argv], path.join(folder, log), programs.variables)
    within(containerd, ["-c", path.join(folder, "containerd.toml")], "containerd.log")
    const ctr = [path.join(programs.folder, "usr/bin/ctr"), "-a", "/run/containerd/containerd.sock", "-n", "k8s.io"]
    await until(
      "containerd takes the image",
      () =>
        exec(enter[0] as string, [...enter.slice(1), ...ctr, "images", "import", programs.image], {
          env: programs.variables as never,
        }).then(
          () => true,
          () => false,
        ),
      { seconds: 60, everyMs: 300 },
    )
    await writeFile(path.join(folder, "kubelet.yaml"), JSON.stringify(kubeletConfig(control, `/${bridge}${name}`, `${network}.1${number}`)))
    within(
      programs.kube,
      [
        "kubelet",
        `--config=${folder}/kubelet.yaml`,
        `--kubeconfig=${control}/${name}.kubeconfig`,
        `--root-dir=${folder}/kubelet`,
        `--cert-dir=${folder}/kubelet/pki`,
        `--hostname-override=${name}`,
        `--node-ip=${network}.1${number}`,
      ],
      "kubelet.log",
    )
  }
  return {
    name,
    start,
    inNetwork,
    kill: () => void process.kill(pid, "SIGKILL"),
    connect: async (connected) => void (await ip("link", "set", cable, connected ? "up" : "down")),
    async remove() {
      try {
        process.kill(pid, "SIGKILL")
      } catch {}
      await until(`${name} is gone`, () => !existsSync(`/proc/${pid}`))
      await removeGroups(`${bridge}${name}`)
    },
  }
}

/** The first process of the namespaces that unshare has made, as it is called out here. */
async function firstProcess(machine: ChildProcess): Promise<number> {
  const { stdout } = await exec("pgrep", ["-P", String(machine.pid)]).catch(() => ({ stdout: "" }))
  return Number(stdout.trim().split("\n")[0])
}

async function makeGroups(name: string): Promise<void> {
  for (const kind of groups) await mkdir(`/sys/fs/cgroup/${kind}/${name}`, { recursive: true })
  for (const file of ["cpuset.cpus", "cpuset.mems"])
    await writeFile(`/sys/fs/cgroup/cpuset/${name}/${file}`, await readFile(`/sys/fs/cgroup/cpuset/${file}`))
}

async function removeGroups(name: string): Promise<void> {
  for (const kind of groups) {
    const { stdout } = await exec("find", [`/sys/fs/cgroup/${kind}/${name}`, "-depth", "-type", "d"]).catch(() => ({ stdout: "" }))
    for (const folder of stdout.split("\n").filter(Boolean))
      await until(`${folder} is empty`, () =>
        rmdir(folder).then(
          () => true,
          () => !existsSync(folder),
        ),
      )
  }
}

const containerdConfig = ({ folder: programs }: Programs, folder: string) => `
version = 2
root = "${folder}/containerd"
state = "/run/containerd"
oom_score = 0
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/debian:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "${programs}/usr/sbin/runc"
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${programs}/usr/lib/cni"
    conf_dir = "${folder}/cni"
`

const networkConfig = (folder: string, subnet: string) => ({
  cniVersion: "0.4.0",
  name: "test",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipMasq: false,
      ipam: { type: "host-local", ranges: [[{ subnet }]], routes: [{ dst: "0.0.0.0/0" }], dataDir: `${folder}/ipam` },
    },
  ],
})

const kubeletConfig = (control: string, cgroupRoot: string, address: string) => ({
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  failCgroupV1: false,
  cgroupDriver: "cgroupfs",
  cgroupRoot,
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false }, x509: { clientCAFile: `${control}/ca.crt` } },
  authorization: { mode: "AlwaysAllow" },
  failSwapOn: false,
  oomScoreAdj: 0,
  resolvConf: "",
  healthzBindAddress: "127.0.0.1",
  address,
  // On a disk that is nearly full kubelet would delete the image that pods are made with, which comes from nowhere else.
  imageGCHighThresholdPercent: 100,
  evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
  nodeStatusUpdateFrequency: "5s",
  featureGates: { KubeletInUserNamespace: true },
})
