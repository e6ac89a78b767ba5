#!/bin/bash
# node-up.sh FOLDER NAME: what a machine is when it comes up: a host name, and mounts of its own. Runs as the first process of new namespaces
# (network, host name, mounts, processes), and stays as it.
set -e
F=$1
hostname "$2"
# Nothing of what is mounted here is seen outside.
mount --make-rshared /
mkdir -p "$F"/{run/lock,varlib,varlog,proc}
mount --bind "$F/run" /run
mount --bind "$F/varlib" /var/lib
mount --bind "$F/varlog" /var/log
# kubelet sets these, and they are those of the whole machine.
for FILE in kernel/panic kernel/panic_on_oops vm/overcommit_memory; do
  case $FILE in
    kernel/panic) VALUE=10 ;;
    *) VALUE=1 ;;
  esac
  printf %s "$VALUE" > "$F/proc/${FILE##*/}"
  mount --bind "$F/proc/${FILE##*/}" "/proc/sys/$FILE"
done
touch "$F/up"
exec sleep infinity
