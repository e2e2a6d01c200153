"""Runs a driver with one bug planted into botocore: `plant.py BUG DRIVER`."""

import os
import runpy
import sys

name, driver = sys.argv[1], sys.argv[-1]
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bugs  # noqa: E402

getattr(bugs, name.replace("-", "_"))()
sys.path.insert(0, os.path.dirname(os.path.abspath(driver)))
sys.argv = [driver]
runpy.run_path(driver, run_name="__main__")
