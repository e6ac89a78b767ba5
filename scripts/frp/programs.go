// Package frp names the programs of tunnels, so that `go build` makes them at the versions that go.mod and go.sum pin.
package frp

import (
	_ "github.com/fatedier/frp/cmd/frpc"
	_ "github.com/fatedier/frp/cmd/frps"
)
