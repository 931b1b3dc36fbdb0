// The random provider of Pulumi's registry: the upstream Terraform provider, served to the engine through Pulumi's
// bridge under the tokens that @pulumi/random uses.
package main

import (
	"context"
	"fmt"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/terraform-providers/terraform-provider-random/shim"
)

const name = "random"

// Set by the linker to the version of @pulumi/random that this provider answers for.
var version = "0.0.0"

func main() {
	provider := tfbridge.ProviderInfo{
		P:                           pf.ShimProvider(shim.New()),
		Name:                        name,
		Version:                     version,
		MetadataInfo:                tfbridge.NewProviderMetadata([]byte("{}")),
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
		Resources: map[string]*tfbridge.ResourceInfo{
			// Upstream has no attribute "id" here, and the engine needs one.
			"random_bytes": {ComputeID: bytesID},
		},
	}
	provider.MustComputeTokens(tokens.SingleModule("random_", "index", func(module, resource string) (string, error) {
		return tokens.MakeStandard(name)(module, "Random"+resource)
	}))
	provider.MustApplyAutoAliases()

	schema := fmt.Sprintf(`{"name":%q,"version":%q}`, name, version)
	pf.Main(context.Background(), name, provider, pf.ProviderMetadata{PackageSchema: []byte(schema)})
}

func bytesID(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
	value := state["base64"]
	if value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsString() {
		return "", fmt.Errorf("random bytes have no base64 text to be identified by, but %v", value.TypeString())
	}
	return resource.ID(value.StringValue()), nil
}
