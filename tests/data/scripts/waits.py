"""A waiter over three recorded polls, and a request that was never recorded."""

import os

import boto3
from botocore.exceptions import ClientError

requests = []
sagemaker = boto3.client("sagemaker")
sagemaker.meta.events.register("before-send", lambda request, **_: requests.append(request))

sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="e", WaiterConfig={"Delay": 0, "MaxAttempts": 9})
print("requests for the wait:", len(requests))
print(sagemaker.describe_model(ModelName="m")["ModelArn"])

if "RECORDING" not in os.environ:
    requests.clear()
    try:
        sagemaker.describe_model(ModelName="never")
    except ClientError as error:
        print(error)
    print("attempts for the miss:", len(requests))
