package wire

import "net"

// FreeAddress is one on loopback that nobody listened on a moment ago, for a program to listen on.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
