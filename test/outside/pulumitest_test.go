package outside

import (
	"os"
	"os/exec"
	"testing"

	"github.com/pulumi/providertest"
	"github.com/pulumi/providertest/optproviderupgrade"
	"github.com/pulumi/providertest/pulumitest"
	"github.com/pulumi/providertest/pulumitest/assertpreview"
	"github.com/pulumi/providertest/pulumitest/assertrefresh"
	"github.com/pulumi/providertest/pulumitest/opttest"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newTest answers a stack of programs/edges, configured for the cluster.
func newTest(t *testing.T, c cluster, options ...opttest.Option) *pulumitest.PulumiTest {
	t.Helper()
	for _, command := range []string{"pulumi", "pulumi-language-yaml"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("there is no %s on PATH", command)
		}
	}
	t.Setenv("PULUMI_HOME", t.TempDir())
	t.Setenv("PULUMI_SKIP_UPDATE_CHECK", "true")
	t.Setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true")
	test := pulumitest.NewPulumiTest(t, "programs/edges",
		append(options, opttest.SkipInstall(), opttest.DisablePulumiVersionLog())...)
	configure(t, test, c)
	return test
}

func configure(t *testing.T, test *pulumitest.PulumiTest, c cluster) {
	t.Helper()
	settings := auto.ConfigMap{"homeAddress": {Value: c.home.Address}, "peerAddress": {Value: c.peer.Address}}
	for name, one := range map[string]instance{"home": c.home, "peer": c.peer} {
		at := "harper:instances." + name
		settings[at+".endpoint"] = auto.ConfigValue{Value: one.Endpoint}
		settings[at+".username"] = auto.ConfigValue{Value: one.Username}
		settings[at+".password"] = auto.ConfigValue{Value: one.Password, Secret: true}
	}
	err := test.CurrentStack().SetAllConfigWithOptions(test.Context(), settings, &auto.ConfigOptions{Path: true})
	require.NoError(t, err)
}

func TestLifeOfAStack(t *testing.T) {
	ways := map[string]func(name, path string) opttest.Option{
		"started by the engine": func(name, path string) opttest.Option { return opttest.LocalProviderPath(name, path) },
		"attached":              opttest.AttachProviderBinary,
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			c := openCluster(t)
			test := newTest(t, c, way("harper", pluginFolder(t)))

			up := test.Up(t)
			assert.Equal(t, c.home.Address, up.Outputs["instance"].Value)
			assert.Equal(t, "wss://"+c.home.Address+":9933", up.Outputs["back"].Value)
			assertpreview.HasNoChanges(t, test.Preview(t))
			assertrefresh.HasNoChanges(t, test.Refresh(t))

			test.UpdateSource(t, "programs", "more")
			changed := test.Preview(t, optpreview.Diff())
			assertpreview.HasNoReplacements(t, changed)
			assertpreview.HasNoDeletes(t, changed)
			test.Up(t)
			assertpreview.HasNoChanges(t, test.Preview(t))
			assertrefresh.HasNoChanges(t, test.Refresh(t))

			test.ImportStack(t, test.ExportStack(t))
			assertpreview.HasNoChanges(t, test.Preview(t))

			test.Destroy(t)
			assert.Empty(t, append(c.home.peers(t), c.peer.peers(t)...))
		})
	}
}

// What is there is imported by its id; that of a node says that its edges are Subscriptions of their own.
func TestImport(t *testing.T) {
	c := openCluster(t)
	test := newTest(t, c, opttest.LocalProviderPath("harper", pluginFolder(t)))
	up := test.Up(t)
	state := test.ExportStack(t)
	ids := idsOf(t, state)
	require.Len(t, ids, 3, up.StdOut)
	test.NewStack(t, "empty")
	configure(t, test, c)
	// The first stack claims what this one takes over.
	test.SetConfig(t, "harper:claims", "off")
	for resource, id := range ids {
		if resource.kind == "harper:index:Node" {
			id += "/explicit"
		}
		test.Import(t, resource.kind, resource.name, id, "", "--generate-code=false")
	}
	assertpreview.HasNoChanges(t, test.Preview(t))
	assertrefresh.HasNoChanges(t, test.Refresh(t))
}

// The state that the baseline made is previewed by this version: unchanged.
func TestUpgrade(t *testing.T) {
	c := openCluster(t)
	test := newTest(t, c, opttest.LocalProviderPath("harper", pluginFolder(t)))
	preview := providertest.PreviewProviderUpgrade(t, test, "harper", "0.1.0",
		// In place of a download.
		optproviderupgrade.BaselineOpts(opttest.LocalProviderPath("harper", baselineFolder(t))),
		optproviderupgrade.CacheDir(t.TempDir()))
	assertpreview.HasNoReplacements(t, preview)
	assertpreview.HasNoChanges(t, preview)
}

// baselineFolder holds an earlier version of the plugin; until one is published, it is the plugin itself.
func baselineFolder(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("HARPER_BASELINE_PLUGIN_DIR"); folder != "" {
		return folder
	}
	return pluginFolder(t)
}
