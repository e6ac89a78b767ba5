#!/bin/bash
# slurm-up.sh ROOT FOLDER PORT NUMBER: a Slurm with a controller here and two nodes, n1 and n2. A node has its own network, processes, mounts
# and host name; killing its first process is what a power cut is. Prints "NAME PID" of each process that is to be ended.
set -e
ROOT=$1 F=$2 PORT=$3 NET=10.97.$4 BR=heslurm$4
LIB=$ROOT/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$LIB:$LIB/slurm-wlm:$ROOT/lib/x86_64-linux-gnu SLURM_CONF=$F/slurm.conf
mkdir -p "$F"/{state,log,sbin,spool/n1,spool/n2}
# Where slurmd looks for it.
cp "$ROOT/usr/sbin/slurmstepd-wlm" "$F/sbin/slurmstepd"
cat > "$F/slurm.conf" <<END
ClusterName=he
SlurmctldHost=$(hostname)($NET.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
StateSaveLocation=$F/state
SlurmdSpoolDir=$F/spool/%n
SlurmctldPidFile=$F/state/ctld.pid
SlurmdPidFile=$F/state/%n.pid
SlurmctldLogFile=$F/log/ctld.log
SlurmdLogFile=$F/log/%n.log
SlurmctldPort=$PORT
SlurmdPort=16818
PluginDir=$LIB/slurm-wlm
SlurmctldTimeout=30
SlurmdTimeout=5
KillWait=3
NodeName=n1 NodeAddr=$NET.11 CPUs=1 RealMemory=2000 State=UNKNOWN
NodeName=n2 NodeAddr=$NET.12 CPUs=1 RealMemory=2000 State=UNKNOWN
PartitionName=eval Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
END
ip link add "$BR" type bridge
ip addr add "$NET.1/24" dev "$BR"
ip link set "$BR" up
"$ROOT/usr/sbin/slurmctld-wlm" -c -D -f "$F/slurm.conf" > "$F/log/ctld.out" 2>&1 < /dev/null &
echo "controller $!"
for N in 1 2; do
  setsid unshare --net --uts --mount --pid --fork --kill-child --mount-proc bash -c \
    "hostname n$N; mount -t overlay overlay -o lowerdir=$F/sbin:/usr/sbin /usr/sbin; exec sleep infinity" > "$F/log/n$N.out" 2>&1 < /dev/null &
  for _ in $(seq 100); do
    FIRST=$(pgrep -P $! -x sleep) && break
    sleep 0.05
  done
  echo "n$N $FIRST"
  ip link add "${BR}n$N" type veth peer name eth0 netns "$FIRST"
  ip link set "${BR}n$N" master "$BR" up
  IN="nsenter -t $FIRST -n -u -m -p"
  $IN sh -c "ip addr add $NET.1$N/24 dev eth0; ip link set eth0 up; ip link set lo up"
  $IN "$ROOT/usr/sbin/slurmd-wlm" -D -N n$N -f "$F/slurm.conf" > "$F/log/n$N.slurmd" 2>&1 < /dev/null &
done
