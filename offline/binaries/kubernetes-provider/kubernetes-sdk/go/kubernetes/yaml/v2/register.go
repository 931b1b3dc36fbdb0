// Package v2 registers objects that were read from manifests.
package v2

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type object struct {
	pulumi.CustomResourceState
}

// RegisterResource registers an object of any kind under the provider's type token for that kind.
func RegisterResource(
	ctx *pulumi.Context, apiVersion, kind, name string, fields pulumi.Input, options ...pulumi.ResourceOption,
) (pulumi.CustomResource, error) {
	module := apiVersion
	if !strings.Contains(module, "/") {
		module = "core/" + module
	}
	var registered object
	err := ctx.RegisterResource(fmt.Sprintf("kubernetes:%s:%s", module, kind), name, fields, &registered, options...)
	if err != nil {
		return nil, err
	}
	return &registered, nil
}
