// Pulumi's Kubernetes provider. The embedded files lie in the provider's own module: the build takes them from there.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed terraform-mapping.json
var terraformMapping []byte

//go:embed schema.json
var schema []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
