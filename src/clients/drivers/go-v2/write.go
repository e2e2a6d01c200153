package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// write gives the typed JSON of what the SDK returned. Nil is absent in a
// structure and null in a list or map; Go's types tell no more than that.
func (s service) write(value reflect.Value) (any, error) {
	switch held := value.Interface().(type) {
	case time.Time:
		return object{"$timestamp": formatEpoch(held)}, nil
	case []byte:
		return object{"$blob": base64.StdEncoding.EncodeToString(held)}, nil
	case io.Reader:
		data, err := io.ReadAll(held)
		return object{"$blob": base64.StdEncoding.EncodeToString(data)}, err
	}
	switch value.Kind() {
	case reflect.Pointer:
		if value.IsNil() {
			return nil, nil
		}
		return s.write(value.Elem())
	case reflect.Interface:
		return s.writeInterface(value)
	case reflect.Struct:
		return s.writeStruct(value)
	case reflect.Slice:
		return s.writeSlice(value)
	case reflect.Map:
		return s.writeMap(value)
	default:
		return writeScalar(value)
	}
}

// notMembers are fields of outputs and errors that the model does not have.
var notMembers = map[string]bool{"ResultMetadata": true, "ErrorCodeOverride": true}

func (s service) writeStruct(value reflect.Value) (any, error) {
	written := object{}
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if !field.IsExported() || notMembers[field.Name] || isAbsent(value.Field(i)) {
			continue
		}
		member, err := s.write(value.Field(i))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.Name, err)
		}
		written[s.memberName(value.Type(), field.Name)] = member
	}
	return guarded(written), nil
}

// isAbsent says whether a field was not given. The SDK has no pointers to
// enums: "" and 0 stand for none. Plain numbers have a default and are always there.
func isAbsent(field reflect.Value) bool {
	switch field.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return field.IsNil()
	default:
		isEnum := field.Type().PkgPath() != "" && field.Kind() != reflect.Struct
		return isEnum && field.IsZero()
	}
}

func (s service) writeSlice(value reflect.Value) (any, error) {
	if value.IsNil() {
		return nil, nil
	}
	items := make([]any, value.Len())
	for i := range items {
		item, err := s.write(value.Index(i))
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		items[i] = item
	}
	return items, nil
}

func (s service) writeMap(value reflect.Value) (any, error) {
	if value.IsNil() {
		return nil, nil
	}
	written := object{}
	for entries := value.MapRange(); entries.Next(); {
		member, err := s.write(entries.Value())
		if err != nil {
			return nil, fmt.Errorf("{%s}: %w", entries.Key(), err)
		}
		written[entries.Key().String()] = member
	}
	return guarded(written), nil
}

// writeInterface writes a union's arm or a document.
func (s service) writeInterface(value reflect.Value) (any, error) {
	if value.IsNil() {
		return nil, nil
	}
	held := value.Elem()
	arm := reflect.Indirect(held)
	if _, union := s.unions[value.Type()]; !union {
		return writeDocument(held.Interface())
	}
	if arm.Type() == s.unknownArm {
		return object{"$unknown": arm.FieldByName("Tag").String()}, nil
	}
	_, name, found := strings.Cut(arm.Type().Name(), value.Type().Name()+"Member")
	if !found {
		return nil, fmt.Errorf("%s is no arm of %s", arm.Type(), value.Type())
	}
	inner, err := s.write(arm.FieldByName("Value"))
	if err != nil {
		return nil, err
	}
	return guarded(object{s.memberName(value.Type(), name): inner}), nil
}

func writeDocument(held any) (any, error) {
	document, ok := held.(interface{ UnmarshalSmithyDocument(any) error })
	if !ok {
		return nil, fmt.Errorf("cannot write a %T", held)
	}
	var plain any
	if err := document.UnmarshalSmithyDocument(&plain); err != nil {
		return nil, err
	}
	return object{"$document": documentNumbers(plain)}, nil
}

// documentNumbers keeps the text of the SDK's document numbers.
func documentNumbers(plain any) any {
	switch value := plain.(type) {
	case []any:
		for i := range value {
			value[i] = documentNumbers(value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = documentNumbers(value[name])
		}
	case fmt.Stringer:
		return json.Number(value.String())
	}
	return plain
}

// guarded wraps an object that would read as a marked value.
func guarded(written object) any {
	for name := range written {
		if len(written) == 1 && strings.HasPrefix(name, "$") {
			return object{"$map": written}
		}
	}
	return written
}

func writeScalar(value reflect.Value) (any, error) {
	switch value.Kind() {
	case reflect.String:
		return writeString(value.String()), nil
	case reflect.Bool:
		return value.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return writeInteger(value.Int()), nil
	case reflect.Float32, reflect.Float64:
		return writeFloat(value.Float(), value.Type().Bits()), nil
	default:
		return nil, errors.New("cannot write a " + value.Type().String())
	}
}

func writeInteger(whole int64) any {
	const exact = 1<<53 - 1
	if whole > exact || whole < -exact {
		return object{"$int": strconv.FormatInt(whole, 10)}
	}
	return whole
}

func writeFloat(value float64, bits int) any {
	switch {
	case math.IsNaN(value):
		return object{"$float": "NaN"}
	case math.IsInf(value, 1):
		return object{"$float": "Infinity"}
	case math.IsInf(value, -1):
		return object{"$float": "-Infinity"}
	}
	return json.Number(strconv.FormatFloat(value, 'g', -1, bits))
}

// writeString keeps a string that is not UTF-8 apart from one that is: a
// surrogate coded in three bytes stays itself, any other stray byte becomes
// the lone surrogate U+DC80 + byte - 0x80, so that nothing passes for U+FFFD.
func writeString(text string) any {
	if utf8.ValidString(text) {
		return text
	}
	var units []uint16
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r != utf8.RuneError || size > 1:
			units = utf16.AppendRune(units, r)
		case len(text) >= 3 && text[0] == 0xED && text[1] >= 0xA0 && text[2]&0xC0 == 0x80:
			units = append(units, 0xD000|uint16(text[1]&0x3F)<<6|uint16(text[2]&0x3F))
			size = 3
		default:
			units = append(units, 0xDC00+uint16(text[0]))
		}
		text = text[size:]
	}
	var data []byte
	for _, unit := range units {
		data = binary.BigEndian.AppendUint16(data, unit)
	}
	return object{"$utf16": base64.StdEncoding.EncodeToString(data)}
}

// formatEpoch writes decimal seconds exactly, without trailing zeros.
func formatEpoch(moment time.Time) string {
	seconds, nanoseconds, sign := moment.Unix(), int64(moment.Nanosecond()), ""
	if seconds < 0 {
		sign = "-"
		seconds = -seconds
		if nanoseconds > 0 {
			seconds, nanoseconds = seconds-1, 1e9-nanoseconds
		}
	}
	text := sign + strconv.FormatInt(seconds, 10)
	if nanoseconds == 0 {
		return text
	}
	return text + "." + strings.TrimRight(fmt.Sprintf("%09d", nanoseconds), "0")
}
