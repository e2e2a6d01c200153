package main

// object is a JSON object on its way out; members that are nil are written as null.
type object = map[string]any

// message is what the harness sends: the fields of start and of run together.
type message struct {
	Cmd         string         `json:"cmd"`
	Seq         *int64         `json:"seq"`
	Version     int            `json:"version"`
	Service     string         `json:"service"`
	ModelPath   *string        `json:"modelPath"`
	Region      string         `json:"region"`
	Credentials credentials    `json:"credentials"`
	Retry       retrySettings  `json:"retry"`
	Timeouts    timeouts       `json:"timeouts"`
	Endpoint    string         `json:"endpoint"`
	Fresh       bool           `json:"fresh"`
	Mode        string         `json:"mode"`
	Operation   string         `json:"operation"`
	Input       map[string]any `json:"input"`
	MaxPages    int            `json:"maxPages"`
	Waiter      string         `json:"waiter"`
	DelayMs     int64          `json:"delayMs"`
	MaxAttempts int            `json:"maxAttempts"`
}

type credentials struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SessionToken    string `json:"sessionToken"`
}

type retrySettings struct {
	Mode        string `json:"mode"`
	MaxAttempts int    `json:"maxAttempts"`
	MaxDelayMs  int64  `json:"maxDelayMs"`
}

type timeouts struct {
	ConnectMs int64 `json:"connectMs"`
	ReadMs    int64 `json:"readMs"`
}

// unsupported is the answer to a line that this client or this driver cannot do.
func unsupported(seq *int64, reason string) object {
	reply := object{"unsupported": object{"reason": reason}}
	if seq != nil {
		reply["seq"] = *seq
	}
	return reply
}
