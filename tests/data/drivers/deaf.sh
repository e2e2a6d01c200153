#!/bin/sh
# Never says hello.
sleep 1000
