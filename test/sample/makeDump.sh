#!/usr/bin/env bash
# Makes workspace/recon.hprof.gz again from workspace/src. Needs a JDK (17 made the one that is here).
set -eu
cd "$(dirname "$0")"
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac --release 17 -g -d "$classes" workspace/src/main/java/com/example/recon/*.java
java -XX:+UseSerialGC -Xmx64m -XX:TieredStopAtLevel=1 -cp "$classes" com.example.recon.Main "$classes/recon.hprof"
gzip -9 -n -c "$classes/recon.hprof" > workspace/recon.hprof.gz
ls -l workspace/recon.hprof.gz
