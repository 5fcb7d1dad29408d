package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Limits beyond which the program is not ready.
const (
	mostSilence = 90 * time.Second // since a platform last said anything
	mostWaiting = 10 * time.Minute // of a message that may go out
	askStore    = 2 * time.Second  // for the store to answer
)

// addressPatience is how long whoever may work waits for the address: who worked here before lets
// go of both, in no fixed order.
const addressPatience = 3 * time.Second

// health answers whoever watches the program, over HTTP, once its address is free.
type health struct {
	wanted   string
	listener net.Listener  // nil until taken
	taken    chan struct{} // closed when there is a listener
}

func newHealth(address string) *health { return &health{wanted: address, taken: make(chan struct{})} }

// take takes the address before anything is promised on it. See inUse for the error of one that
// somebody else has.
func (h *health) take() error {
	if h.listener != nil {
		return nil
	}
	l, err := net.Listen("tcp", h.wanted)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	h.listener = l
	close(h.taken)
	return nil
}

// takeSoon takes the address, with patience for one that is in use.
func (h *health) takeSoon(ctx context.Context) error {
	for deadline := time.Now().Add(addressPatience); ; {
		err := h.take()
		if !inUse(err) {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("LISTEN_ADDR: %s is in use by another program: stop that one, or choose another address", h.wanted)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(addressPatience / 30):
		}
	}
}

func inUse(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

func (h *health) address() string {
	if h.listener == nil {
		return h.wanted
	}
	return h.listener.Addr().String()
}

func (h *health) close() {
	if h.listener != nil {
		_ = h.listener.Close()
	}
}

// serve answers until ctx ends, from when the address is taken: /livez always, /readyz with what
// ready finds wrong, and the private page where there is one.
func (h *health) serve(ctx context.Context, ready func(ctx context.Context) []string, page http.Handler) error {
	select {
	case <-h.taken:
	case <-ctx.Done():
		return nil
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		wrong := ready(r.Context())
		if wrong != nil {
			http.Error(w, strings.Join(wrong, "\n"), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	if page != nil {
		mux.Handle("/p/", page)
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("answer on %s: %w", h.address(), err)
	}
	return nil
}

// readiness finds what keeps the program from serving people.
func (s *service) readiness(lines []*line) func(ctx context.Context) []string {
	return func(ctx context.Context) []string {
		ctx, cancel := context.WithTimeout(ctx, askStore)
		defer cancel()
		var wrong []string
		for _, l := range lines {
			wrong = append(wrong, l.waits(ctx, s)...)
		}
		return slices.Compact(wrong)
	}
}
