package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// failure tells what an SDK error is: the service's, or the client's own.
func (s service) failure(err error) object {
	var api smithy.APIError
	if errors.As(err, &api) {
		return object{"serviceError": s.serviceError(err, api)}
	}
	return object{"clientError": clientError(err)}
}

func (s service) serviceError(err error, api smithy.APIError) object {
	told := object{
		"code":      api.ErrorCode(),
		"message":   api.ErrorMessage(),
		"status":    nil,
		"requestId": nil,
		"modeled":   nil,
		"members":   object{},
	}
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) && response.Response != nil {
		told["status"] = response.HTTPStatusCode()
	}
	var identified interface{ ServiceRequestID() string }
	if errors.As(err, &identified) && identified.ServiceRequestID() != "" {
		told["requestId"] = identified.ServiceRequestID()
	}
	value := reflect.Indirect(reflect.ValueOf(api))
	if _, generic := api.(*smithy.GenericAPIError); generic || value.Kind() != reflect.Struct {
		return told
	}
	told["modeled"] = value.Type().Name()
	// ErrorMessage() gives "" for no message; the field tells them apart.
	if message := value.FieldByName("Message"); message.IsValid() && message.Kind() == reflect.Pointer && message.IsNil() {
		told["message"] = nil
	}
	if members, err := s.writeStruct(value); err == nil {
		told["members"] = members
	}
	return told
}

// clientError names the innermost of the SDK's error classes that err holds.
func clientError(err error) object {
	var operation *smithy.OperationError
	return object{
		"stage":   stageOf(err),
		"class":   classOf(err),
		"message": err.Error(),
		"typed":   errors.As(err, &operation),
	}
}

func stageOf(err error) string {
	var (
		timeout    net.Error
		network    *net.OpError
		parameters smithy.InvalidParamsError
		parameter  smithy.InvalidParamError
		serialize  *smithy.SerializationError
		decode     *smithy.DeserializationError
		send       *smithyhttp.RequestSendError
	)
	switch {
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &parameters), errors.As(err, &parameter):
		return "validate"
	case errors.As(err, &serialize):
		return "serialize"
	case errors.As(err, &send), errors.As(err, &network):
		return "transport"
	case errors.As(err, &decode):
		return "decode"
	default:
		return "unknown"
	}
}

// sdkPackages are where the SDK's error classes live; what they wrap is Go's own.
const sdkPackages = "github.com/aws/"

func classOf(err error) string {
	class := ""
	for err != nil {
		t := reflect.TypeOf(err)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if class == "" || strings.HasPrefix(t.PkgPath(), sdkPackages) {
			class = t.String()
		}
		err = errors.Unwrap(err)
	}
	return class
}

// plainError is for what the driver met where the SDK reported success.
func plainError(stage string, err error) object {
	return object{"stage": stage, "class": fmt.Sprintf("%T", err), "message": err.Error(), "typed": false}
}

// crash tells of a panic inside the SDK, in the stage that the stack shows.
func crash(thrown any) object {
	stack := string(debug.Stack())
	stage := "unknown"
	switch {
	case strings.Contains(stack, "eserialize"):
		stage = "decode"
	case strings.Contains(stack, "erialize"):
		stage = "serialize"
	case strings.Contains(stack, "Waiter"), strings.Contains(stack, "StateRetryable"):
		stage = "wait"
	case strings.Contains(stack, "Paginator"):
		stage = "paginate"
	}
	return object{"stage": stage, "class": fmt.Sprintf("%T", thrown), "message": fmt.Sprint(thrown), "typed": false}
}
