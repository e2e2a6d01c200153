"""Trains and deploys with the SageMaker Python SDK, as its users do; knows nothing of shapetape."""

import json
import os
import sys
import tempfile
import time

# The SDK waits by sleeping; here nothing is worth waiting for. And it puts the time into names of jobs and
# uploads, so that no two runs would make the same calls; the clock stands still instead.
sleep = time.sleep
time.sleep = lambda seconds: sleep(min(seconds, 0.01))
time.time = lambda: 1_750_000_000.125

folder = tempfile.mkdtemp()
settings = os.path.join(folder, "config.yaml")
with open(settings, "w") as file:
    file.write("SchemaVersion: '1.0'\nSageMaker:\n  PythonSDK:\n    Modules:\n      TelemetryOptOut: true\n")
os.environ["SAGEMAKER_USER_CONFIG_OVERRIDE"] = settings
os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"

import boto3  # noqa: E402
import sagemaker  # noqa: E402
from sagemaker.estimator import Estimator  # noqa: E402
from sagemaker.inputs import TrainingInput  # noqa: E402
from sagemaker.sklearn.estimator import SKLearn  # noqa: E402

ROLE = "arn:aws:iam::123456789012:role/trainer"


def key(uri):
    """The part of an S3 URI that does not hold the account."""
    return uri.split("/", 3)[3]


def show(title, value):
    print(title, json.dumps(value, default=str, sort_keys=True), flush=True)


# The SDK would ask STS for the account at an address of its own that nothing can redirect, so the bucket is named.
account = boto3.client("sts").get_caller_identity()["Account"]
session = sagemaker.Session(default_bucket=f"sagemaker-us-east-1-{account}")
client = session.sagemaker_client
bucket = session.default_bucket()

with open(os.path.join(folder, "data.csv"), "w") as file:
    file.write("1,2,3\n4,5,6\n")
data = session.upload_data(os.path.join(folder, "data.csv"), bucket=bucket, key_prefix="input")
show("data", key(data))

# A container of one's own.
estimator = Estimator(
    image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
    role=ROLE,
    instance_count=1,
    instance_type="ml.m5.large",
    output_path=f"s3://{bucket}/output",
    hyperparameters={"epochs": 3, "rate": 0.1},
    sagemaker_session=session,
    tags=[{"Key": "team", "Value": "a"}],
    max_run=3600,
)
estimator.fit({"train": TrainingInput(data, content_type="text/csv")}, job_name="own-container", logs=False)
show("model-data", key(estimator.model_data))
show("job", client.describe_training_job(TrainingJobName="own-container")["TrainingJobStatus"])

predictor = estimator.deploy(
    initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="own-endpoint", model_name="own-model"
)
show("endpoint", client.describe_endpoint(EndpointName=predictor.endpoint_name)["EndpointStatus"])
predictor.update_endpoint(initial_instance_count=2, instance_type="ml.m5.large", model_name="own-model")
variants = client.describe_endpoint(EndpointName="own-endpoint")["ProductionVariants"]
show("variants", [variant["CurrentInstanceCount"] for variant in variants])

# A framework's container, with a script that the SDK packs and uploads.
source = os.path.join(folder, "source")
os.mkdir(source)
with open(os.path.join(source, "train.py"), "w") as file:
    file.write("print('training')\n")
for path in (os.path.join(source, "train.py"), source):
    os.utime(path, (time.time(), time.time()))
framework = SKLearn(
    entry_point="train.py",
    source_dir=source,
    framework_version="1.2-1",
    py_version="py3",
    role=ROLE,
    instance_type="ml.m5.large",
    instance_count=1,
    base_job_name="framework",
    sagemaker_session=session,
)
framework.fit({"train": data}, logs=False)
show("framework", framework.latest_training_job.describe()["SecondaryStatus"])

# A job that fails is told with its reason.
failing = Estimator(
    image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
    role=ROLE,
    instance_count=1,
    instance_type="ml.m5.large",
    output_path=f"s3://{bucket}/output",
    sagemaker_session=session,
)
try:
    failing.fit(data, job_name="job-fails", logs=False)
    sys.exit("the failing job did not fail")
except sagemaker.exceptions.UnexpectedStatusException as error:
    show("failed", str(error))

transformer = estimator.transformer(instance_count=1, instance_type="ml.m5.large")
transformer.transform(data, content_type="text/csv", job_name="own-transform", logs=False, wait=True)
show("transform", client.describe_transform_job(TransformJobName="own-transform")["TransformJobStatus"])

predictor.delete_endpoint(delete_endpoint_config=True)
sagemaker.model.Model("image", name="own-model", sagemaker_session=session).delete_model()
show("left", [endpoint["EndpointName"] for endpoint in client.list_endpoints()["Endpoints"]])
