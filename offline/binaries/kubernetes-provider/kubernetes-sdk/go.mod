// The few parts of Pulumi's Go SDK for Kubernetes that its provider uses. The SDK is generated, a type for each
// Kubernetes object and each of their fields: compiling it takes longer than all else in the provider together.
module github.com/pulumi/pulumi-kubernetes/sdk/v4

go 1.26.0

require github.com/pulumi/pulumi/sdk/v3 v3.259.0
