#!/bin/sh
# Answers every question by its number; says on standard error what it was asked.
read -r start
echo '{"started":{"client":"fake","version":"1","language":"sh","runtime":"1","capabilities":["call"],"timestampDigits":3,"issues":null}}'
while read -r line; do
  echo "$line" >&2
  case "$line" in *stop*) exit 0 ;; esac
  seq=${line#*\"seq\":}
  echo "{\"seq\":${seq%%,*},\"output\":{\"Home\":\"$(ls -A "$HOME" | wc -l)\",\"Names\":\"$(env | cut -d= -f1 | sort | tr "\n" " ")\"},\"requestId\":null}"
done
