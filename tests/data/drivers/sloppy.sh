#!/bin/sh
# Breaks the protocol in many ways, and quickly: an output for every line, jobs with a badly written timestamp.
read -r start
echo '{"started":{"client":"sloppy","version":"1","language":"sh","runtime":"1","capabilities":["call","paginate","wait"],"timestampDigits":3,"issues":null}}'
while read -r line; do
  case "$line" in *'"stop"'*) exit 7 ;; esac
  seq=${line#*\"seq\":}
  seq=${seq%%[,\}]*}
  case "$seq" in *[!0-9]*) seq=0 ;; esac
  case "$line" in *DescribeTrainingJob*) output='{"CreationTime":{"$timestamp":"1.50"}}' ;; *) output='{}' ;; esac
  echo "{\"seq\":$seq,\"output\":$output}"
done
