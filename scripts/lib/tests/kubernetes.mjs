import { createHash } from "node:crypto"
import { createReadStream, mkdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "../children.mjs"
import { filesBelow, hashFiles, hashOf } from "../hash.mjs"
import { isComplete, make } from "../python.mjs"
import { root } from "../settings.mjs"
import { buildGo } from "./build-go.mjs"

const sources = join(root, "scripts/kubernetes")
/** What runs nodes and keeps a cluster's state. Unpacked, not installed. */
const PROGRAMS = [
  ...["etcd-server", "containerd", "runc", "containernetworking-plugins", "conntrack", "libseccomp2"],
  ...["libnetfilter-conntrack3", "libnfnetlink0", "iptables", "libip4tc2", "libip6tc2", "libxtables12", "libnftnl11", "libmnl0"],
]
/** What an image of Debian with Python needs, and the libraries of a Python that was built from its sources. */
const IMAGE = [
  ...[
    "base-files",
    "libc-bin",
    "coreutils",
    "dash",
    "python3-minimal",
    "libpython3-stdlib",
    "libstdc++6",
    "ca-certificates",
    "zlib1g",
    "libffi8",
    "libssl3",
    "libsqlite3-0",
    "libbz2-1.0",
  ],
  ...["liblzma5", "libreadline8", "libncursesw6", "libuuid1", "libexpat1"],
]

/**
 * @typedef {{ kube: string, programs: string, image: string }} Parts
 *   kube: every part of Kubernetes in one program; programs: a folder with Debian's programs below usr/; image: an archive of `localhost/debian:1`
 */

/** @param {string} dataDir */
const placesIn = (dataDir) => ({
  kube: join(dataDir, "kubernetes", `kube-${hashFiles(sources, filesBelow(sources)).slice(0, 12)}`),
  debian: join(dataDir, "kubernetes", `debian-${hashOf(...PROGRAMS, "", ...IMAGE).slice(0, 12)}`),
})

/** @param {string} dataDir @returns {Parts} */
const partsIn = (dataDir) => {
  const { kube, debian } = placesIn(dataDir)
  return { kube: join(kube, "kube"), programs: join(debian, "programs"), image: join(debian, "image.tar") }
}

/** What a cluster is made of, where it was prepared; null where not. @param {string} dataDir */
export const findKubernetes = (dataDir) => (Object.values(placesIn(dataDir)).every(isComplete) ? partsIn(dataDir) : null)

/**
 * Makes what a cluster for tests needs, from Go's modules and Debian's packages: 10 to 25 minutes for the first time.
 * @param {{ dataDir: string }} place
 * @returns {Promise<Parts>}
 */
export async function prepareKubernetes({ dataDir }) {
  const places = placesIn(dataDir)
  await make(places.debian, "Unpacking the programs of a cluster", () => unpackDebian(places.debian))
  await make(places.kube, "Building Kubernetes, which takes 10 to 25 minutes", () => buildKube(places.kube))
  return partsIn(dataDir)
}

/** @param {string} folder */
async function buildKube(folder) {
  /** Without its version a part takes another for one of an unknown age. */
  const version = "-X k8s.io/component-base/version."
  const linkerFlags = `-s -w ${version}gitVersion=v1.37.2 ${version}gitMajor=1 ${version}gitMinor=37`
  await buildGo({ sources, output: join(folder, "kube"), linkerFlags })
}

/** @param {string} folder */
async function unpackDebian(folder) {
  const archives = join(folder, "archives")
  mkdirSync(join(archives, "partial"), { recursive: true })
  await run("apt-get download", "apt-get", ["download", ...PROGRAMS], { cwd: archives })
  await unpack(archives, join(folder, "programs"))
  rmSync(archives, { recursive: true })
  // With everything that they depend on, as on a machine that has nothing.
  mkdirSync(join(archives, "partial"), { recursive: true })
  const options = ["Dir::State::status=/dev/null", "APT::Install-Recommends=0", `Dir::Cache::archives=${archives}`, "Debug::NoLocking=1"]
  const wanted = ["--yes", "--download-only", "install", ...IMAGE]
  await run("apt-get install --download-only", "apt-get", [...options.flatMap((one) => ["-o", one]), ...wanted])
  const system = join(folder, "system")
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    mkdirSync(join(system, "usr", name), { recursive: true })
    symlinkSync(`usr/${name}`, join(system, name))
  }
  await unpack(archives, system)
  for (const name of ["proc", "sys", "dev", "tmp", "etc"]) mkdirSync(join(system, name), { recursive: true })
  writeFileSync(join(system, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n")
  await writeImage(system, join(folder, "image.tar"))
  for (const path of [archives, system]) rmSync(path, { recursive: true })
}

/** @param {string} archives @param {string} target */
async function unpack(archives, target) {
  mkdirSync(target, { recursive: true })
  // dpkg -x would put folders in the place of the links from /bin to /usr/bin.
  const script = 'set -e; for one in "$1"/*.deb; do dpkg-deb --fsys-tarfile "$one" | tar -C "$2" -x --keep-directory-symlink; done'
  await run("dpkg-deb", "sh", ["-c", script, "sh", archives, target])
}

/**
 * An archive of an image of one layer, as containerd imports it. Started without a command it does nothing, so that it can also hold a pod's namespaces.
 * @param {string} system @param {string} file
 */
async function writeImage(system, file) {
  const folder = `${file}.parts`
  const blobs = join(folder, "blobs/sha256")
  mkdirSync(blobs, { recursive: true })
  await run("tar", "tar", ["-C", system, "--numeric-owner", "--owner=0", "--group=0", "-cf", join(blobs, "layer"), "."])
  const layer = await sha256(join(blobs, "layer"))
  const size = statSync(join(blobs, "layer")).size
  renameSync(join(blobs, "layer"), join(blobs, layer))
  /** @param {string} mediaType @param {unknown} content */
  const blob = (mediaType, content) => {
    const text = JSON.stringify(content)
    const digest = createHash("sha256").update(text).digest("hex")
    writeFileSync(join(blobs, digest), text)
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) }
  }
  const type = (/** @type {string} */ name) => `application/vnd.oci.image.${name}`
  const config = blob(type("config.v1+json"), {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Entrypoint: ["/usr/bin/sleep", "infinity"], Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
  })
  const layers = [{ mediaType: type("layer.v1.tar"), digest: `sha256:${layer}`, size }]
  const manifest = blob(type("manifest.v1+json"), { schemaVersion: 2, mediaType: type("manifest.v1+json"), config, layers })
  const annotations = { "io.containerd.image.name": "localhost/debian:1", "org.opencontainers.image.ref.name": "1" }
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }))
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }))
  await run("tar", "tar", ["-C", folder, "-cf", file, "oci-layout", "index.json", "blobs"])
  rmSync(folder, { recursive: true })
}

/** @param {string} file */
async function sha256(file) {
  const hash = createHash("sha256")
  for await (const piece of createReadStream(file)) hash.update(piece)
  return hash.digest("hex")
}
