package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func launcher(modules string) string {
	return filepath.Join(modules, "@pulumi", "pulumi", "cmd", "run", "index.js")
}

// findModules returns the node_modules folder in which Node.js would find @pulumi/pulumi for a program in that folder.
func findModules(programFolder string) (string, error) {
	for folder := programFolder; ; folder = filepath.Dir(folder) {
		modules := filepath.Join(folder, "node_modules")
		if _, err := os.Stat(launcher(modules)); err == nil {
			return modules, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("the package @pulumi/pulumi is not installed for the program in %s: run npm install there",
				programFolder)
		}
	}
}

// The part of a package.json that says which provider plugin a package needs.
type manifest struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Pulumi  struct {
		Resource bool   `json:"resource"`
		Name     string `json:"name"`
		Version  string `json:"version"`
		Server   string `json:"server"`
	} `json:"pulumi"`
}

// providerPackages lists the provider plugins that the installed packages need, so that the engine loads just these
// versions.
func providerPackages(modules string) ([]*pulumirpc.PackageDependency, error) {
	var packages []*pulumirpc.PackageDependency
	for _, pattern := range []string{"*/package.json", "@*/*/package.json"} {
		files, err := filepath.Glob(filepath.Join(modules, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			dependency, err := providerPackage(file)
			if err != nil {
				return nil, err
			}
			if dependency != nil {
				packages = append(packages, dependency)
			}
		}
	}
	return packages, nil
}

func providerPackage(file string) (*pulumirpc.PackageDependency, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	// Most packages have nothing to do with Pulumi: telling these apart by a word saves parsing hundreds of files.
	if !strings.Contains(string(content), `"pulumi"`) {
		return nil, nil
	}
	var found manifest
	if err := json.Unmarshal(content, &found); err != nil {
		// A package that shares nothing but the word with Pulumi's may use the field for something else.
		return nil, nil //nolint:nilerr
	}
	if !found.Pulumi.Resource {
		return nil, nil
	}
	dependency := &pulumirpc.PackageDependency{
		Kind:    "resource",
		Name:    found.Pulumi.Name,
		Version: found.Pulumi.Version,
		Server:  found.Pulumi.Server,
	}
	if dependency.Name == "" {
		dependency.Name = strings.TrimPrefix(found.Name, "@pulumi/")
	}
	if dependency.Version == "" {
		dependency.Version = found.Version
	}
	dependency.Version = "v" + strings.TrimPrefix(dependency.Version, "v")
	return dependency, nil
}
