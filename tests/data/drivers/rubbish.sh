#!/bin/sh
# Writes something that is not the protocol where an answer belongs.
read -r start
echo '{"started":{"client":"fake","version":"1","language":"sh","runtime":"1","capabilities":["call"],"timestampDigits":3,"issues":null}}'
read -r line
echo "DEBUG: calling the service"
sleep 1000
