"""Calls boto3 in a tight loop: one call a line of the file, each once, and tells how long that took."""

import json
import sys
import time

import boto3
import botocore.config

endpoint, path = sys.argv[1:]
config = botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 3}, proxies={})
client = boto3.client(
    "sagemaker",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="AKIDTESTING",
    aws_secret_access_key="testing",
    config=config,
)
names = {api: name for name, api in client.meta.method_to_api_mapping.items()}
with open(path, encoding="utf-8") as lines:
    calls = [json.loads(line) for line in lines]
start = time.perf_counter()
for call in calls:
    getattr(client, names[call["operation"]])(**call["input"])
print(time.perf_counter() - start)
