package outside

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFunctions(t *testing.T) {
	c := openCluster(t)
	server := startPlugin(t, c.settings())
	_, err := server.Create(p.CreateRequest{
		Urn:        resourceURN("harper:index:Node", "peer"),
		Properties: c.node(values{"replicateByDefault": property.New(false)}),
	})
	require.NoError(t, err)
	ask := func(name string) property.Map {
		answer, err := server.Invoke(p.InvokeRequest{
			Token: tokens.Type("harper:index:" + name),
			Args:  property.NewMap(values{"target": text("home")}),
		})
		require.NoError(t, err)
		require.Empty(t, answer.Failures)
		assert.Equal(t, text(c.home.Address), answer.Return.Get("instance"), name)
		return answer.Return
	}
	nodes := ask("getNodes").Get("nodes").AsArray()
	require.Equal(t, 1, nodes.Len())
	assert.Equal(t, text(c.peer.Address), nodes.Get(0).AsMap().Get("name"))
	assert.Equal(t, property.New(false), nodes.Get(0).AsMap().Get("replicateByDefault"))
	// A process also names peers that it had before.
	var connected []property.Value
	for _, connection := range ask("getClusterStatus").Get("connections").AsArray().All {
		connected = append(connected, connection.AsMap().Get("name"))
	}
	assert.Contains(t, connected, text(c.peer.Address))
	assert.Equal(t, 0, ask("getRoutes").Get("file").AsArray().Len())
}
