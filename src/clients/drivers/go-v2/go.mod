// Only the service is named here: the core of the SDK is the one that this
// version of the service asks for, so that an older version is installed whole.
module shapetape/driver/go-v2

go 1.24

require github.com/aws/aws-sdk-go-v2/service/sagemaker v1.288.1
