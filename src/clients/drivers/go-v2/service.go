package main

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// service is what reflection cannot find by itself in one service package:
// its functions and the arms of its unions. ./generate writes one per service.
type service struct {
	module  string
	connect func(config aws.Config, endpoint string) any
	// paginators and waiters hold the package's constructors, by the model's name.
	paginators map[string]any
	waiters    map[string]any
	// unions holds the struct of each arm, by the union's interface and the arm's Go name.
	unions map[reflect.Type]map[string]reflect.Type
	// unknownArm is the SDK's type for an arm it does not know, nil where it has none.
	unknownArm reflect.Type
	// names holds the model's member name, by package.Type.Field, where it is not the field's.
	names map[string]string
	// document makes a document of a plain Go value, nil where the service has none.
	document func(any) any
}

// services is filled by the generated files.
var services = map[string]service{}

// findService takes the model's name of a service: sagemaker-runtime is the package sagemakerruntime.
func findService(name string) (service, error) {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	if found, ok := services[letters]; ok {
		return found, nil
	}
	return service{}, fmt.Errorf("this driver was built for %s, not for %s: run `go run ./generate %s` and build again",
		strings.Join(builtFor(), ", "), name, letters)
}

func builtFor() []string {
	var names []string
	for name := range services {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// version is the version of the service's module that was linked in.
func (s service) version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, dependency := range info.Deps {
		if dependency.Path == s.module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}

// memberName is the model's name of a struct field.
func (s service) memberName(owner reflect.Type, field string) string {
	if name, ok := s.names[owner.String()+"."+field]; ok {
		return name
	}
	return field
}

// goName is how the SDK spells a name of the model: with a capital first letter.
func goName(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}
