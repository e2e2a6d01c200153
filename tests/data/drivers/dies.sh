#!/bin/sh
# Says hello and ends in the middle of the first call.
read -r start
echo '{"started":{"client":"fake","version":"1","language":"sh","runtime":"1","capabilities":["call"],"timestampDigits":3,"issues":null}}'
read -r line
echo "Segmentation fault" >&2
exit 3
