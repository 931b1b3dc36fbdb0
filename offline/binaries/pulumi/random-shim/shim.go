// Package shim hands out the upstream random provider, which its own module keeps internal. Go lets only packages
// whose path begins with that module's path import it, hence this module's name.
package shim

import (
	"github.com/hashicorp/terraform-plugin-framework/provider"
	upstream "github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// New returns a fresh instance of the upstream provider.
func New() provider.Provider {
	return upstream.New()
}
