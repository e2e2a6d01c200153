package main

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// connections are those of one client. The SDK cannot close a client, so that
// each one left behind would keep its idle connections for a minute and a half.
type connections struct {
	mutex sync.Mutex
	open  map[*connection]bool
}

type connection struct {
	net.Conn
	among *connections
}

func (c *connection) Close() error {
	c.among.mutex.Lock()
	delete(c.among.open, c)
	c.among.mutex.Unlock()
	return c.Conn.Close()
}

func (c *connections) close() {
	c.mutex.Lock()
	left := c.open
	c.open = nil
	c.mutex.Unlock()
	for one := range left {
		one.Conn.Close()
	}
}

type dial func(ctx context.Context, network, address string) (net.Conn, error)

func (c *connections) keep(own dial) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dialed, err := own(ctx, network, address)
		if err != nil {
			return nil, err
		}
		kept := &connection{Conn: dialed, among: c}
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if c.open == nil {
			c.open = map[*connection]bool{}
		}
		c.open[kept] = true
		return kept, nil
	}
}

// client is the SDK's own HTTP client, without proxies and with the given time-outs.
func (c *connections) client(limits timeouts) aws.HTTPClient {
	client := awshttp.NewBuildableClient()
	if limits.ConnectMs > 0 {
		client = client.WithDialerOptions(func(dialer *net.Dialer) {
			dialer.Timeout = milliseconds(limits.ConnectMs)
		})
	}
	client = client.WithTransportOptions(func(transport *http.Transport) {
		transport.Proxy = nil
		transport.DialContext = c.keep(transport.DialContext)
	})
	return withReadTimeout(client, milliseconds(limits.ReadMs))
}

// withReadTimeout bounds each read of a connection. Versions of the SDK that
// cannot do that bound the wait for the answer's head.
func withReadTimeout(client *awshttp.BuildableClient, limit time.Duration) aws.HTTPClient {
	if limit <= 0 {
		return client
	}
	type reader interface {
		WithReadTimeout(time.Duration) *awshttp.BuildableClient
	}
	if able, ok := any(client).(reader); ok {
		return able.WithReadTimeout(limit)
	}
	return client.WithTransportOptions(func(transport *http.Transport) {
		transport.ResponseHeaderTimeout = limit
	})
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
