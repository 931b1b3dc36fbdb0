// Package kubernetes holds what objects of all kinds share.
package kubernetes

import "reflect"

// UntypedArgs are the fields of an object of any kind, as in its manifest.
type UntypedArgs map[string]any

func (UntypedArgs) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]any]()
}
