"""An ordinary program: a notebook, a model behind an endpoint, a training job, tags, pages and an error.

It knows nothing of shapetape. What it prints is compared byte for byte between recording and replay, its own
account id and role among it.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/trainer"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/image:1"


def show(title, answer):
    answer.pop("ResponseMetadata", None)
    print(title, json.dumps(answer, default=str, sort_keys=True))
    return answer


sagemaker = boto3.client("sagemaker")

notebook = show(
    "create-notebook",
    sagemaker.create_notebook_instance(
        NotebookInstanceName="lab", InstanceType="ml.t2.medium", RoleArn=ROLE, Tags=[{"Key": "team", "Value": "a"}]
    ),
)
show("describe-notebook", sagemaker.describe_notebook_instance(NotebookInstanceName="lab"))
show("stop-notebook", sagemaker.stop_notebook_instance(NotebookInstanceName="lab"))
show("describe-notebook", sagemaker.describe_notebook_instance(NotebookInstanceName="lab"))

for number in range(5):
    show(
        "create-model",
        sagemaker.create_model(
            ModelName=f"model-{number}", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE
        ),
    )
show("describe-model", sagemaker.describe_model(ModelName="model-0"))
show("list-models", sagemaker.list_models(MaxResults=2))

variant = {
    "VariantName": "all",
    "ModelName": "model-0",
    "InitialInstanceCount": 1,
    "InstanceType": "ml.m5.large",
    "InitialVariantWeight": 0.1,
}
for number in range(5):
    show(
        "create-config",
        sagemaker.create_endpoint_config(EndpointConfigName=f"config-{number}", ProductionVariants=[variant]),
    )
pages = sagemaker.get_paginator("list_endpoint_configs").paginate(PaginationConfig={"PageSize": 2})
for page in pages:
    show("config-page", page)

endpoint = show("create-endpoint", sagemaker.create_endpoint(EndpointName="front", EndpointConfigName="config-0"))
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="front", WaiterConfig={"Delay": 1})
show("describe-endpoint", sagemaker.describe_endpoint(EndpointName="front"))

arn = endpoint["EndpointArn"]
show("add-tags", sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "é✓"}]))
show("list-tags", sagemaker.list_tags(ResourceArn=arn))
show("delete-tags", sagemaker.delete_tags(ResourceArn=arn, TagKeys=["stage"]))
show("list-tags", sagemaker.list_tags(ResourceArn=arn))

show(
    "create-job",
    sagemaker.create_training_job(
        TrainingJobName="job",
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        RoleArn=ROLE,
        OutputDataConfig={"S3OutputPath": "s3://bucket-123456789012/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
        HyperParameters={"rate": "0.1"},
    ),
)
show("describe-job", sagemaker.describe_training_job(TrainingJobName="job"))
for page in sagemaker.get_paginator("list_training_jobs").paginate(NameContains="jo"):
    show("jobs-page", page)

try:
    sagemaker.describe_compilation_job(CompilationJobName="nobody")
    sys.exit("a missing job was found")
except sagemaker.exceptions.ResourceNotFound as error:
    print("not-found", error.response["Error"]["Code"], error.response["Error"]["Message"])
try:
    sagemaker.describe_model(ModelName="nobody")
    sys.exit("a missing model was found")
except ClientError as error:
    print("not-found", error.response["Error"]["Code"], error.response["Error"]["Message"])

show("delete-endpoint", sagemaker.delete_endpoint(EndpointName="front"))
show("delete-config", sagemaker.delete_endpoint_config(EndpointConfigName="config-0"))
show("delete-model", sagemaker.delete_model(ModelName="model-0"))
show("delete-notebook", sagemaker.delete_notebook_instance(NotebookInstanceName="lab"))
