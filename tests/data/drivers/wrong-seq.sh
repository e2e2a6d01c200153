#!/bin/sh
# Answers a question that was not asked.
read -r start
echo '{"started":{"client":"fake","version":"1","language":"sh","runtime":"1","capabilities":["call"],"timestampDigits":3,"issues":null}}'
read -r line
echo '{"seq":99,"output":{}}'
sleep 1000
