#!/bin/sh
# Writes ten megabytes on standard error before each answer.
read -r start
echo '{"started":{"client":"fake","version":"1","language":"sh","runtime":"1","capabilities":["call"],"timestampDigits":3,"issues":null}}'
seq=0
while read -r line; do
  case "$line" in *stop*) exit 0 ;; esac
  seq=$((seq + 1))
  yes "a warning nobody reads" | head -c 10000000 >&2
  echo "the last word" >&2
  echo "{\"seq\":$seq,\"output\":{}}"
done
