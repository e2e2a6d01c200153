// A driver of the AWS SDK for Go v2: the loop that reads one message a line
// and writes one answer a line. The protocol is described in src/clients/README.md.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
)

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "driver:", err)
		os.Exit(1)
	}
}

// serve answers lines until the input ends, a stop arrives or a start fails.
func serve(in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	var running *session
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			reply, ended := answerLine(line, &running)
			if reply != nil {
				if err := write(out, reply); err != nil {
					return err
				}
			}
			if ended {
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// answerLine gives the answer to one line, and whether the process ends after it.
func answerLine(line []byte, running **session) (reply object, ended bool) {
	var message message
	if err := decodeLine(line, &message); err != nil {
		return unsupported(findSeq(line), "cannot read the line: "+err.Error()), false
	}
	switch {
	case message.Cmd == "start":
		opened, err := open(message)
		if err != nil {
			return object{"failed": object{"reason": err.Error()}}, true
		}
		*running = opened
		return object{"started": opened.describe()}, false
	case message.Cmd == "stop":
		return nil, true
	case message.Cmd == "run" && *running == nil:
		return unsupported(message.Seq, "a run came before start"), false
	case message.Cmd == "run":
		return (*running).run(message), false
	default:
		return unsupported(message.Seq, fmt.Sprintf("unknown command %q", message.Cmd)), false
	}
}

func decodeLine(line []byte, into *message) error {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

var seqPattern = regexp.MustCompile(`"seq"\s*:\s*(\d+)`)

// findSeq looks for the number of a line that is not JSON, so that its answer can carry it.
func findSeq(line []byte) *int64 {
	found := seqPattern.FindSubmatch(line)
	if found == nil {
		return nil
	}
	seq, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		return nil
	}
	return &seq
}

func write(out io.Writer, reply object) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(reply); err != nil {
		return err
	}
	_, err := out.Write(text.Bytes())
	return err
}
