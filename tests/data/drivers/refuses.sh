#!/bin/sh
# Cannot serve this start.
read -r start
echo '{"failed":{"reason":"no such service: lambda"}}'
