#!/bin/sh
# Ends before it says hello.
echo "ModuleNotFoundError: No module named boto3" >&2
exit 1
