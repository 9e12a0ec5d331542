package outside

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi-go-provider/integration/fake"
	"github.com/pulumi/pulumi-go-provider/middleware/rpc"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// pluginFolder holds the executable pulumi-resource-harper.
func pluginFolder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("HARPER_PLUGIN_DIR")
	if folder == "" {
		folder = "../../plugin"
	}
	folder, err := filepath.Abs(folder)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(folder, "pulumi-resource-harper"), "HARPER_PLUGIN_DIR names no built plugin")
	return folder
}

// recording is a server that keeps the differences it answered, which [integration.LifeCycleTest] does not look at.
type recording struct {
	integration.Server
	engine *fake.EngineServer
	diffs  []p.DiffResponse
}

func (r *recording) Diff(request p.DiffRequest) (p.DiffResponse, error) {
	answer, err := r.Server.Diff(request)
	r.diffs = append(r.diffs, answer)
	return answer, err
}

// warnings are those that the engine was told.
func (r *recording) warnings() string {
	var all []string
	for _, message := range r.engine.Logs() {
		if message.GetSeverity() == pulumirpc.LogSeverity_WARNING {
			all = append(all, message.GetMessage())
		}
	}
	return strings.Join(all, "\n")
}

// startPlugin answers the plugin's own process behind pulumi-go-provider's server, configured with the instances.
func startPlugin(t *testing.T, instances map[string]any) *recording {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	engine := fake.NewEngineServer()
	engineAddress, _, err := fake.StartEngineServer(ctx, engine)
	require.NoError(t, err)

	provider := rpc.Provider(forwarder{plugin: connect(t, engineAddress)})
	_, err = provider.Handshake(ctx, p.HandshakeRequest{EngineAddress: engineAddress, ConfigureWithUrn: true})
	require.NoError(t, err)
	server, err := integration.NewServer(ctx, "harper", semver.MustParse("0.1.0"), integration.WithProvider(provider))
	require.NoError(t, err)

	// The engine hands nested settings over as text.
	text, err := json.Marshal(instances)
	require.NoError(t, err)
	settings := property.NewMap(map[string]property.Value{
		"instances": property.New(string(text)).WithSecret(true),
		"version":   property.New("0.1.0"),
	})
	urn := resourceURN("pulumi:providers:harper", "default")
	checked, err := server.CheckConfig(p.CheckRequest{Urn: urn, Inputs: settings})
	require.NoError(t, err)
	require.Empty(t, checked.Failures)
	require.NoError(t, server.Configure(p.ConfigureRequest{Args: checked.Inputs}))
	return &recording{Server: server, engine: engine}
}

func connect(t *testing.T, engineAddress string) pulumirpc.ResourceProviderClient {
	t.Helper()
	process := exec.Command(filepath.Join(pluginFolder(t), "pulumi-resource-harper"), engineAddress)
	process.Stderr = os.Stderr
	output, err := process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	port, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err, "the plugin ended before it printed its port")
	connection, err := grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	client := pulumirpc.NewResourceProviderClient(connection)
	t.Cleanup(func() {
		limited, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		_, err := client.Cancel(limited, nil)
		require.NoError(t, err)
		_ = connection.Close()
	})
	return client
}
