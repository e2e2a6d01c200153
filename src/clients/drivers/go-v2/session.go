package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// session holds one start's settings and the client that is in use.
type session struct {
	service     service
	settings    message
	endpoint    string
	client      any
	connections *connections
}

func open(start message) (*session, error) {
	if start.Version != 1 {
		return nil, fmt.Errorf("protocol version %d is not spoken here, only 1", start.Version)
	}
	if start.ModelPath != nil {
		return nil, fmt.Errorf("this client is compiled from its model and cannot load %s", *start.ModelPath)
	}
	switch start.Retry.Mode {
	case "", "standard", "adaptive":
	default:
		return nil, fmt.Errorf("this client has the retry modes standard and adaptive, not %s", start.Retry.Mode)
	}
	found, err := findService(start.Service)
	if err != nil {
		return nil, err
	}
	return &session{service: found, settings: start, connections: &connections{}}, nil
}

func (s *session) describe() object {
	capabilities := []string{"call"}
	if len(s.service.paginators) > 0 {
		capabilities = append(capabilities, "paginate")
	}
	if len(s.service.waiters) > 0 {
		capabilities = append(capabilities, "wait")
	}
	return object{
		"client":          "go-v2",
		"version":         s.service.version(),
		"language":        "go",
		"runtime":         strings.TrimPrefix(runtime.Version(), "go"),
		"capabilities":    capabilities,
		"timestampDigits": 9,
		"issues":          "https://github.com/aws/aws-sdk-go-v2/issues",
	}
}

// clientFor gives the client in use, or a new one where the message asks for it.
func (s *session) clientFor(run message) any {
	if s.client == nil || run.Fresh || run.Endpoint != s.endpoint {
		s.connections.close()
		s.connections = &connections{}
		s.endpoint = run.Endpoint
		s.client = s.service.connect(s.config(), s.endpoint)
	}
	return s.client
}

// config has nothing from the environment in it. The retryer, and with it the
// retry quota, is made once per client.
func (s *session) config() aws.Config {
	return aws.Config{
		Region:      s.settings.Region,
		Credentials: aws.CredentialsProviderFunc(s.identity),
		HTTPClient:  s.connections.client(s.settings.Timeouts),
		Retryer:     s.retryer,
	}
}

func (s *session) identity(context.Context) (aws.Credentials, error) {
	given := s.settings.Credentials
	return aws.Credentials{
		AccessKeyID:     given.AccessKeyID,
		SecretAccessKey: given.SecretAccessKey,
		SessionToken:    given.SessionToken,
		Source:          "start",
	}, nil
}

func (s *session) retryer() aws.Retryer {
	given := s.settings.Retry
	standard := func(o *retry.StandardOptions) {
		o.MaxAttempts = given.MaxAttempts
		// The SDK takes the logarithm of its bound, which nought has none of.
		o.MaxBackoff = max(milliseconds(given.MaxDelayMs), 1)
	}
	if given.Mode == "adaptive" {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
			o.StandardOptions = append(o.StandardOptions, standard)
		})
	}
	return retry.NewStandard(standard)
}
