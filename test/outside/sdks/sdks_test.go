package sdks

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

const schemaFile = "../../../schema.json"

func generate(t *testing.T, language string) string {
	t.Helper()
	folder := t.TempDir()
	count, err := Generate(schemaFile, language, folder)
	require.NoError(t, err)
	require.Greater(t, count, 5)
	return filepath.Join(folder, language)
}

func run(t *testing.T, folder, command string, arguments ...string) {
	t.Helper()
	process := exec.Command(command, arguments...)
	process.Dir = folder
	output, err := process.CombinedOutput()
	require.NoError(t, err, string(output))
}

func TestSchemaHasNoDiagnostics(t *testing.T) {
	pkg, err := Bind(schemaFile)
	require.NoError(t, err)
	require.NotEmpty(t, pkg.Resources)
}

// The compiler of the Node SDK is npm's, so it is compiled in TypeScript's tests.
func TestNodejs(t *testing.T) {
	require.FileExists(t, filepath.Join(generate(t, "nodejs"), "index.ts"))
}

func TestDotnet(t *testing.T) {
	require.FileExists(t, filepath.Join(generate(t, "dotnet"), "Pulumi.Harper.csproj"))
}

func TestPythonCompiles(t *testing.T) {
	folder := generate(t, "python")
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("there is no python3 on PATH")
	}
	run(t, folder, "python3", "-m", "compileall", "-q", "pulumi_harper")
}

func TestGoCompiles(t *testing.T) {
	folder := generate(t, "go")
	// With the versions that are pinned here, in place of the oldest that the SDK takes.
	text, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	sums, err := os.ReadFile("../go.sum")
	require.NoError(t, err)
	generated, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	require.NoError(t, err)
	module := regexp.MustCompile(`(?m)^module .*$`)
	pinned := module.ReplaceAll(text, module.Find(generated))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "go.mod"), pinned, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o644))
	run(t, folder, "go", "build", "./...")
}
