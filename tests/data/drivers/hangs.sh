#!/bin/sh
# Says hello, then never answers; leaves a child behind and tells both numbers.
read -r start
echo '{"started":{"client":"fake","version":"1","language":"sh","runtime":"1","capabilities":["call"],"timestampDigits":3,"issues":null}}'
read -r line
sleep 1000 &
echo "$$ $!" >&2
wait
