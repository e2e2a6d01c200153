"""An ordinary program with an ordinary bug: it takes a page without models for the last one.

SageMaker filters after it has cut a page, so an empty page with a token is a page like any other
(boto3 issues 1966 and 2973).
"""

import sys

import boto3

sagemaker = boto3.client("sagemaker")
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:1"
ROLE = "arn:aws:iam::123456789012:role/trainer"

for number in range(3):
    sagemaker.create_model(
        ModelName=f"old-{number}", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE
    )

deleted, token = 0, None
while True:
    page = sagemaker.list_models(NameContains="old-", **({"NextToken": token} if token else {}))
    if not page["Models"]:
        break
    for model in page["Models"]:
        sagemaker.delete_model(ModelName=model["ModelName"])
        deleted += 1
    token = page.get("NextToken")
    if token is None:
        break

print(f"{deleted} models deleted")
if deleted != 3:
    sys.exit(f"error: {3 - deleted} models are left over")
