#!/bin/bash
# ray-up.sh RAY FOLDER NUMBER TOKEN: a Ray of a head without cores and two nodes, n1 and n2. Each has its own network, processes, mounts
# and host name; killing its first process is what a power cut is. Nodes have two GPUs each, as far as their files say. Prints "NAME PID" of each before anything of Ray is started in it.
set -e
RAY=$1 F=$2 NET=10.98.$3 BR=heray$3
export RAY_AUTH_MODE=token RAY_AUTH_TOKEN=$4 RAY_DASHBOARD_STARTUP_TIMEOUT_S=400 RAY_DISABLE_DOCKER_CPU_WARNING=1 RAY_USAGE_STATS_ENABLED=0
mkdir "$F/gpus"
for DEVICE in nvidia0 nvidia1 nvidiactl; do mknod -m 666 "$F/gpus/$DEVICE" c 1 3; done
ip link add "$BR" type bridge
ip addr add "$NET.1/24" dev "$BR"
ip link set "$BR" up
node() {
  mkdir -p "$F/ray" "$F/files/$1"
  setsid unshare --net --uts --mount --pid --fork --kill-child --mount-proc bash -c \
    "hostname $1; mount --bind $F/files/$1 $F/ray; mount -t overlay overlay -o lowerdir=$F/gpus:/dev /dev; mount -t tmpfs tmpfs /dev/shm; exec sleep infinity" > "$F/$1.out" 2>&1 < /dev/null &
  for _ in $(seq 100); do
    FIRST=$(pgrep -P $! -x sleep) && break
    sleep 0.05
  done
  echo "$1 $FIRST"
  ip link add "${BR}$1" type veth peer name eth0 netns "$FIRST"
  ip link set "${BR}$1" master "$BR" up
  IN="nsenter -t $FIRST -n -u -m -p"
  $IN sh -c "ip addr add $NET.$2/24 dev eth0; ip link set eth0 up; ip link set lo up"
}
# Head and nodes start one after the other: on a busy machine Ray gives up on what is not up within 15 s.
node head 10
$IN timeout 150 "$RAY" start --head --node-ip-address="$NET.10" --port=6379 --dashboard-host="$NET.10" --dashboard-port=8265 --num-cpus=0 \
  --memory=1000000000 --object-store-memory=80000000 --temp-dir="$F/ray" --disable-usage-stats --include-log-monitor=false > "$F/head.log" 2>&1 < /dev/null
for N in 1 2; do
  node "n$N" "1$N"
  $IN timeout 150 "$RAY" start --address="$NET.10:6379" --node-ip-address="$NET.1$N" --num-cpus=1 --num-gpus=2 --memory=2000000000 --object-store-memory=80000000 \
    --labels="room=r$N" --resources="{\"desk\": 1}" --disable-usage-stats --include-log-monitor=false > "$F/n$N.log" 2>&1 < /dev/null
done
