// A language host for Node.js: the small server that Pulumi's engine starts to run a program in that language. The
// official one comes with the official CLI and can't be had from a package registry. This one runs @pulumi/pulumi's
// own launcher (cmd/run) in a fresh Node.js process in the same way, so a program can't tell the difference.
//
// Left out: installing dependencies, templates, code generation, plugins written in TypeScript, debuggers. The engine
// reports each of these as not implemented.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// How often the host asks whether its engine is still there.
const engineCheckInterval = 5 * time.Second

func main() {
	if err := serve(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
		os.Exit(1)
	}
}

func serve(arguments []string) error {
	if len(arguments) == 0 {
		return errors.New("expected the address of Pulumi's engine as the last argument; the engine starts this program, not a person")
	}
	engine := arguments[len(arguments)-1]

	// Without an engine nobody would end this process and the program in it.
	alive, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := rpcutil.Healthcheck(alive, engine, engineCheckInterval, cancel); err != nil {
		return fmt.Errorf("the engine at %s can't be reached: %w", engine, err)
	}
	stop := make(chan bool)
	go func() {
		<-alive.Done()
		close(stop)
	}()

	host := &languageHost{engine: engine, alive: alive}
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: stop,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
	})
	if err != nil {
		return err
	}
	// The engine reads the port from the first line.
	fmt.Println(handle.Port)
	return <-handle.Done
}
