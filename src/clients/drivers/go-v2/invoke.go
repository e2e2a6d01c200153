package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

var (
	errorType   = reflect.TypeFor[error]()
	contextType = reflect.TypeFor[context.Context]()
)

// run performs one message. What the SDK panics with is an answer too.
func (s *session) run(run message) (reply object) {
	defer func() {
		if thrown := recover(); thrown != nil {
			reply = object{"clientError": crash(thrown)}
		}
		if run.Seq != nil {
			reply["seq"] = *run.Seq
		}
	}()
	client := s.clientFor(run)
	method, input, err := s.prepare(client, run)
	if err != nil {
		return unsupported(run.Seq, err.Error())
	}
	switch run.Mode {
	case "call":
		return s.call(method, input)
	case "paginate":
		return s.paginate(client, input, run)
	case "wait":
		return s.wait(client, input, run)
	default:
		return unsupported(run.Seq, fmt.Sprintf("unknown mode %q", run.Mode))
	}
}

// prepare finds the operation's method and fills its typed input.
func (s *session) prepare(client any, run message) (method, input reflect.Value, err error) {
	method = reflect.ValueOf(client).MethodByName(goName(run.Operation))
	if !method.IsValid() || !isOperation(method.Type()) {
		return method, input, fmt.Errorf("the client has no operation %s", run.Operation)
	}
	input = reflect.New(method.Type().In(1).Elem())
	if err := s.service.fill(input.Elem(), run.Input, "input"); err != nil {
		return method, input, err
	}
	return method, input, nil
}

// isOperation knows func(context, *Input, ...func(*Options)) (*Output, error).
func isOperation(t reflect.Type) bool {
	return t.NumIn() == 3 && t.IsVariadic() && t.In(0) == contextType &&
		t.In(1).Kind() == reflect.Pointer && t.In(1).Elem().Kind() == reflect.Struct &&
		t.NumOut() == 2 && t.Out(1) == errorType
}

func (s *session) call(method, input reflect.Value) object {
	output, err := results(method.Call([]reflect.Value{background(), input}))
	if err != nil {
		return s.service.failure(err)
	}
	written, err := s.service.write(output.Elem())
	if err != nil {
		return object{"clientError": plainError("decode", err)}
	}
	return object{"output": written, "requestId": requestID(output)}
}

// paginate gives the pages of the SDK's paginator, and the error after them if one came.
func (s *session) paginate(client any, input reflect.Value, run message) object {
	constructor, ok := s.service.paginators[goName(run.Operation)]
	if !ok {
		return unsupported(run.Seq, "the client has no paginator for "+run.Operation)
	}
	made := reflect.ValueOf(constructor).Call([]reflect.Value{reflect.ValueOf(client), input})
	hasMore, next := made[0].MethodByName("HasMorePages"), made[0].MethodByName("NextPage")
	pages, requestIDs := []any{}, []any{}
	reply := object{}
	for hasMore.Call(nil)[0].Bool() {
		if run.MaxPages > 0 && len(pages) == run.MaxPages {
			reply["stopped"] = "maxPages"
			break
		}
		page, err := s.page(next)
		if err != nil {
			reply = err
			break
		}
		pages = append(pages, page["output"])
		requestIDs = append(requestIDs, page["requestId"])
	}
	reply["pages"], reply["requestIds"] = pages, requestIDs
	return reply
}

// page asks for one page; a panic costs that page, not those before it.
func (s *session) page(next reflect.Value) (page, failed object) {
	defer func() {
		if thrown := recover(); thrown != nil {
			page, failed = nil, object{"clientError": crash(thrown)}
		}
	}()
	output, err := results(next.Call([]reflect.Value{background()}))
	if err != nil {
		return nil, s.service.failure(err)
	}
	written, err := s.service.write(output.Elem())
	if err != nil {
		return nil, object{"clientError": plainError("decode", err)}
	}
	return object{"output": written, "requestId": requestID(output)}, nil
}

var errAttemptsUsedUp = errors.New("the waiter used up its attempts")

// wait runs the SDK's waiter. Its only bound is a duration, so the attempts
// are counted in the hook that it has for its verdicts.
func (s *session) wait(client any, input reflect.Value, run message) object {
	constructor, ok := s.service.waiters[goName(run.Waiter)]
	if !ok {
		return unsupported(run.Seq, "the client has no waiter "+run.Waiter)
	}
	construct := reflect.ValueOf(constructor)
	waiter := construct.Call([]reflect.Value{reflect.ValueOf(client), limited(construct.Type(), run)})[0]
	method := waiter.MethodByName("Wait")
	if method.Type().In(1) != input.Type() {
		return unsupported(run.Seq, fmt.Sprintf("the waiter %s does not use %s", run.Waiter, run.Operation))
	}
	const withoutBound = 24 * time.Hour
	answer := method.Call([]reflect.Value{background(), input, reflect.ValueOf(withoutBound)})
	err, _ := answer[0].Interface().(error)
	switch {
	case err == nil:
		return object{"waited": "success"}
	case errors.Is(err, errAttemptsUsedUp), strings.HasPrefix(err.Error(), "exceeded max wait time"):
		return object{"waited": "timeout", "reason": err.Error()}
	default:
		return object{"waited": "failure", "reason": err.Error()}
	}
}

// limited makes the functional option that sets a waiter's delays and counts its attempts.
func limited(constructor reflect.Type, run message) reflect.Value {
	option := constructor.In(1).Elem()
	return reflect.MakeFunc(option, func(arguments []reflect.Value) []reflect.Value {
		options := arguments[0].Elem()
		delay := reflect.ValueOf(max(milliseconds(run.DelayMs), time.Microsecond))
		options.FieldByName("MinDelay").Set(delay)
		options.FieldByName("MaxDelay").Set(delay)
		verdict := options.FieldByName("Retryable")
		verdict.Set(counted(verdict, run.MaxAttempts))
		return nil
	})
}

// counted asks the SDK's own verdict and ends the wait when it is "again" for the last time.
func counted(verdict reflect.Value, attempts int) reflect.Value {
	own := reflect.ValueOf(verdict.Interface())
	used := 0
	return reflect.MakeFunc(verdict.Type(), func(arguments []reflect.Value) []reflect.Value {
		used++
		given := own.Call(arguments)
		if given[0].Bool() && given[1].IsNil() && used >= attempts {
			return []reflect.Value{reflect.ValueOf(false), reflect.ValueOf(&errAttemptsUsedUp).Elem()}
		}
		return given
	})
}

func background() reflect.Value { return reflect.ValueOf(context.Background()) }

func results(given []reflect.Value) (reflect.Value, error) {
	err, _ := given[1].Interface().(error)
	return given[0], err
}

func requestID(output reflect.Value) any {
	metadata, ok := output.Elem().FieldByName("ResultMetadata").Interface().(middleware.Metadata)
	if !ok {
		return nil
	}
	if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok {
		return id
	}
	return nil
}
