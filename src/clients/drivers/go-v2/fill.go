package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
)

var (
	timeType   = reflect.TypeFor[time.Time]()
	readerType = reflect.TypeFor[io.Reader]()
)

// fill sets a Go value of the SDK from typed JSON. Whatever the Go type cannot
// hold exactly is an error, which becomes the answer `unsupported`.
func (s service) fill(into reflect.Value, given any, path string) error {
	if into.Kind() == reflect.Pointer {
		if given == nil {
			return nil
		}
		into.Set(reflect.New(into.Type().Elem()))
		return s.fill(into.Elem(), given, path)
	}
	switch {
	case into.Type() == timeType:
		return fillTime(into, given, path)
	case into.Type() == readerType:
		return fillReader(into, given, path)
	case given == nil && into.Kind() == reflect.Interface:
		return nil
	case given == nil:
		return fmt.Errorf("%s: %s cannot be null", path, into.Type())
	}
	switch into.Kind() {
	case reflect.Struct:
		return s.fillStruct(into, given, path)
	case reflect.Slice:
		return s.fillSlice(into, given, path)
	case reflect.Map:
		return s.fillMap(into, given, path)
	case reflect.Interface:
		return s.fillInterface(into, given, path)
	default:
		return fillScalar(into, given, path)
	}
}

// members gives the entries of an object, with `$map` taken off.
func members(given any, path string) (map[string]any, error) {
	entries, ok := given.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: not an object", path)
	}
	kind, inner, marked := mark(given)
	if !marked {
		return entries, nil
	}
	if entries, ok = inner.(map[string]any); ok && kind == "$map" {
		return entries, nil
	}
	return nil, fmt.Errorf("%s: %s is not an object", path, kind)
}

// mark finds the one key with a dollar that tells how a value is written.
func mark(given any) (kind string, inner any, marked bool) {
	entries, ok := given.(map[string]any)
	if !ok || len(entries) != 1 {
		return "", nil, false
	}
	for kind, inner = range entries {
	}
	return kind, inner, strings.HasPrefix(kind, "$")
}

// marked gives the text of a marked value.
func marked(given any, want, path string) (string, error) {
	kind, inner, _ := mark(given)
	if text, ok := inner.(string); ok && kind == want {
		return text, nil
	}
	return "", fmt.Errorf("%s: not a {%q: text}", path, want)
}

func (s service) fillStruct(into reflect.Value, given any, path string) error {
	entries, err := members(given, path)
	if err != nil {
		return err
	}
	for name, value := range entries {
		field := into.FieldByName(goName(name))
		if !field.IsValid() || !field.CanSet() {
			return fmt.Errorf("%s: the client has no member %s", path, name)
		}
		if err := s.fill(field, value, path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func (s service) fillSlice(into reflect.Value, given any, path string) error {
	if into.Type().Elem().Kind() == reflect.Uint8 {
		data, err := blob(given, path)
		if err == nil {
			into.SetBytes(data)
		}
		return err
	}
	items, ok := given.([]any)
	if !ok {
		return fmt.Errorf("%s: not a list", path)
	}
	into.Set(reflect.MakeSlice(into.Type(), len(items), len(items)))
	for i, item := range items {
		if err := s.fill(into.Index(i), item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return nil
}

func (s service) fillMap(into reflect.Value, given any, path string) error {
	entries, err := members(given, path)
	if err != nil {
		return err
	}
	into.Set(reflect.MakeMapWithSize(into.Type(), len(entries)))
	for name, value := range entries {
		held := reflect.New(into.Type().Elem()).Elem()
		if err := s.fill(held, value, path+"{"+name+"}"); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(name).Convert(into.Type().Key()), held)
	}
	return nil
}

// fillInterface sets a union's arm or a document: the only interfaces among inputs.
func (s service) fillInterface(into reflect.Value, given any, path string) error {
	arms, ok := s.unions[into.Type()]
	if !ok {
		return s.fillDocument(into, given, path)
	}
	if name, err := marked(given, "$unknown", path); err == nil {
		return s.fillUnknownArm(into, name, path)
	}
	entries, err := members(given, path)
	if err != nil {
		return err
	}
	if len(entries) != 1 {
		return fmt.Errorf("%s: a union of the client holds one arm, not %d", path, len(entries))
	}
	for name, value := range entries {
		arm, ok := arms[goName(name)]
		if !ok {
			return fmt.Errorf("%s: the client has no arm %s", path, name)
		}
		held := reflect.New(arm)
		if err := s.fill(held.Elem().FieldByName("Value"), value, path+"."+name); err != nil {
			return err
		}
		into.Set(held)
	}
	return nil
}

func (s service) fillUnknownArm(into reflect.Value, name, path string) error {
	if s.unknownArm == nil {
		return fmt.Errorf("%s: the client has no type for the unknown arm %s", path, name)
	}
	held := reflect.New(s.unknownArm)
	held.Elem().FieldByName("Tag").SetString(name)
	into.Set(held)
	return nil
}

func (s service) fillDocument(into reflect.Value, given any, path string) error {
	kind, inner, _ := mark(given)
	if kind != "$document" || s.document == nil {
		return fmt.Errorf("%s: the client's type %s cannot be made", path, into.Type())
	}
	into.Set(reflect.ValueOf(s.document(plainNumbers(inner))))
	return nil
}

// plainNumbers turns number text into the numbers that a document takes.
func plainNumbers(given any) any {
	switch value := given.(type) {
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		if whole, ok := new(big.Int).SetString(value.String(), 10); ok {
			return whole
		}
		number, _ := value.Float64()
		return number
	case []any:
		for i := range value {
			value[i] = plainNumbers(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = plainNumbers(value[name])
		}
	}
	return given
}

func fillReader(into reflect.Value, given any, path string) error {
	data, err := blob(given, path)
	if err == nil {
		into.Set(reflect.ValueOf(bytes.NewReader(data)))
	}
	return err
}

func blob(given any, path string) ([]byte, error) {
	text, err := marked(given, "$blob", path)
	if err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return data, nil
}

func fillScalar(into reflect.Value, given any, path string) error {
	switch into.Kind() {
	case reflect.String:
		if text, ok := given.(string); ok {
			into.SetString(text)
			return nil
		}
		if _, err := marked(given, "$utf16", path); err == nil {
			return fmt.Errorf("%s: a Go string is UTF-8 and has no lone surrogates", path)
		}
	case reflect.Bool:
		if truth, ok := given.(bool); ok {
			into.SetBool(truth)
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fillInteger(into, given, path)
	case reflect.Float32, reflect.Float64:
		return fillFloat(into, given, path)
	}
	return fmt.Errorf("%s: a Go %s cannot hold %v", path, into.Type(), given)
}

func fillInteger(into reflect.Value, given any, path string) error {
	text, err := marked(given, "$int", path)
	if err != nil {
		number, ok := given.(json.Number)
		if !ok {
			return fmt.Errorf("%s: not an integer", path)
		}
		text = number.String()
	}
	whole, err := strconv.ParseInt(text, 10, 64)
	if err != nil || into.OverflowInt(whole) {
		return fmt.Errorf("%s: a Go %s cannot hold %s", path, into.Type(), text)
	}
	into.SetInt(whole)
	return nil
}

func fillFloat(into reflect.Value, given any, path string) error {
	if number, ok := given.(json.Number); ok {
		value, err := strconv.ParseFloat(number.String(), into.Type().Bits())
		if err != nil {
			return fmt.Errorf("%s: a Go %s cannot hold %s", path, into.Type(), number)
		}
		into.SetFloat(value)
		return nil
	}
	text, err := marked(given, "$float", path)
	if err != nil {
		return err
	}
	switch text {
	case "NaN":
		into.SetFloat(math.NaN())
	case "Infinity":
		into.SetFloat(math.Inf(1))
	case "-Infinity":
		into.SetFloat(math.Inf(-1))
	default:
		return fmt.Errorf("%s: unknown float %s", path, text)
	}
	return nil
}

func fillTime(into reflect.Value, given any, path string) error {
	text, err := marked(given, "$timestamp", path)
	if err != nil {
		return err
	}
	moment, err := parseEpoch(text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	into.Set(reflect.ValueOf(moment))
	return nil
}

// parseEpoch reads decimal seconds exactly.
func parseEpoch(text string) (time.Time, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(fraction) > 9 {
		return time.Time{}, fmt.Errorf("time.Time holds nanoseconds, not %s", text)
	}
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	nanoseconds, err := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	if negative {
		seconds, nanoseconds = -seconds, -nanoseconds
	}
	return time.Unix(seconds, nanoseconds).UTC(), nil
}
