package bots

import (
	"errors"
	"fmt"
	"io"
)

// Download gives at most so many bytes of what a platform sends, and notes whether there were more.
// The network's errors are replaced: they quote the address, and with it a token.
type Download struct {
	From io.Reader
	Left int64 // how many bytes may still come

	over   bool
	failed bool
}

var (
	errTooBig = errors.New("the file is longer than allowed")
	errCutOff = errors.New("the download was cut off")
)

// Read implements io.Reader.
func (d *Download) Read(p []byte) (int, error) {
	if d.over {
		return 0, errTooBig
	}
	n, err := d.From.Read(p[:min(int64(len(p)), d.Left+1)])
	if int64(n) > d.Left {
		d.over = true
		return int(d.Left), errTooBig
	}
	d.Left -= int64(n)
	if err != nil && err != io.EOF {
		d.failed = true
		err = errCutOff
	}
	return n, err
}

// Over reports whether there was more than was allowed.
func (d *Download) Over() bool { return d.over }

// Scrub is the error of a vault that read from the download, for the log. Where the reading failed,
// that is all there is to say.
func (d *Download) Scrub(err error) error {
	if d.failed {
		return errCutOff
	}
	return fmt.Errorf("vault: %w", err)
}
