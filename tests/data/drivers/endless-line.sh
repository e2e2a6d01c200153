#!/bin/sh
# Answers with a line that never ends.
read -r start
echo '{"started":{"client":"fake","version":"1","language":"sh","runtime":"1","capabilities":["call"],"timestampDigits":3,"issues":null}}'
read -r line
yes | tr -d "\n"
