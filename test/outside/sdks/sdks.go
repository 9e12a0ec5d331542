// Package sdks makes the SDKs of a package from its schema, with Pulumi's own generators.
package sdks

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-harper"

// Languages, each with its generator; Java and others are not among Pulumi's Go modules.
var Languages = map[string]func(*schema.Package) (map[string][]byte, error){
	"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, noOthers{})
	},
	"python": func(pkg *schema.Package) (map[string][]byte, error) {
		return python.GeneratePackage(tool, pkg, nil, noOthers{})
	},
	"go": func(pkg *schema.Package) (map[string][]byte, error) {
		return golang.GeneratePackage(tool, pkg, nil)
	},
	"dotnet": generateDotnet,
}

// Bind reads a schema as the generators do. A diagnostic, warnings too, is an error.
func Bind(file string) (*schema.Package, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	pkg, diagnostics, err := schema.BindSpec(spec, noOthers{}, schema.ValidationOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(diagnostics) > 0 {
		return nil, fmt.Errorf("%s: %w", file, diagnostics)
	}
	// As `pulumi package add` does: the SDKs carry the version, and are complete packages.
	pkg.SupportPack = true
	return pkg, nil
}

// Generate replaces folder/LANGUAGE and answers how many files are in it.
func Generate(schemaFile, language, folder string) (int, error) {
	generator, known := Languages[language]
	if !known {
		return 0, fmt.Errorf("there is no generator for %s", language)
	}
	// Bound anew for each language, as generators write into what they are given.
	pkg, err := Bind(schemaFile)
	if err != nil {
		return 0, err
	}
	files, err := generator(pkg)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", language, err)
	}
	root := filepath.Join(folder, language)
	if err := os.RemoveAll(root); err != nil {
		return 0, err
	}
	for name, content := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return 0, err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return 0, err
		}
	}
	return len(files), nil
}
