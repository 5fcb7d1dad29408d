package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"

	"claimline/intake"
)

// orAway adds intake.ErrAway to an error of a database that was not reached, or has no room. Whatever was
// to be stored is not the reason.
func orAway(err error) error {
	if err == nil || !away(err) {
		return err
	}
	return fmt.Errorf("%w: %w", intake.ErrAway, err)
}

// orAway is the same while a store is opened, where only a server is waited for.
func (l location) orAway(err error) error {
	if !l.postgres() {
		return err
	}
	return orAway(err)
}

// away is false for a turn that took too long, whoever ended it: that may be the turn's own fault.
func away(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		if refused.Code == "57014" { // query_canceled
			return false
		}
		switch refused.Code[:2] { // PostgreSQL documentation, appendix A
		case "08", "53", "57", "58": // connection, resources, an operator's hand, the system
			return true
		}
		return false
	}
	var network *net.OpError
	var connecting *pgconn.ConnectError
	if errors.As(err, &network) || errors.As(err, &connecting) || pgconn.SafeToRetry(err) {
		return true
	}
	for _, sign := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		sqlite3.BUSY, sqlite3.FULL, sqlite3.IOERR, sqlite3.CANTOPEN} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return false
}
