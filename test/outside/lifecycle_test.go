package outside

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNodeLifeCycle(t *testing.T) {
	c := openCluster(t)
	server := startPlugin(t, c.settings())
	inline := func(edges ...property.Value) property.Map {
		return c.node(values{"subscriptions": property.New(edges)})
	}
	dog, cat := edge("dog", true, true), edge("cat", true, false)
	one, two := inline(dog), inline(dog, cat)
	integration.LifeCycleTest{
		Resource: "harper:index:Node",
		Create: integration.Operation{Inputs: one, Hook: has(t, values{
			"instance": text(c.home.Address), "name": text(c.peer.Address), "address": text("wss://" + c.peer.Address + ":9933"),
			"subscriptions": property.New([]property.Value{dog}),
		})},
		Updates: []integration.Operation{
			{Inputs: two, Hook: has(t, values{"subscriptions": property.New([]property.Value{dog, cat})})},
			{Inputs: inline(cat, dog), Hook: never(t)},
			{Inputs: inline(dog, edge("cat", true, true))},
			{Inputs: c.node(nil), Hook: func(_, outputs property.Map) {
				assert.Equal(t, property.New(true), outputs.Get("replicateByDefault"))
				_, kept := outputs.GetOk("authorization")
				assert.False(t, kept, "credentials of a join are in no output")
			}},
			{Inputs: c.node(values{"replicateByDefault": property.New(false)})},
		},
	}.Run(t, server)
	require.Len(t, server.diffs, 5)
	assert.Equal(t, map[string]p.DiffKind{"subscriptions[1]": p.Add}, kinds(server.diffs[0]))
	assert.False(t, server.diffs[1].HasChanges, "the order of subscriptions says nothing")
	assert.Equal(t, map[string]p.DiffKind{"subscriptions[1].publish": p.Update}, kinds(server.diffs[2]))
	assert.Equal(t, map[string]p.DiffKind{"subscriptions": p.Delete, "replicateByDefault": p.Update},
		kinds(server.diffs[3]))
	assert.Equal(t, map[string]p.DiffKind{"replicateByDefault": p.UpdateReplace}, kinds(server.diffs[4]))
	assert.True(t, server.diffs[4].DeleteBeforeReplace)
	assert.Empty(t, append(c.home.peers(t), c.peer.peers(t)...))
}

func TestSubscriptionLifeCycle(t *testing.T) {
	c := openCluster(t)
	server := startPlugin(t, c.settings())
	node, err := server.Create(p.CreateRequest{
		Urn:        resourceURN("harper:index:Node", "peer"),
		Properties: c.node(values{"replicateByDefault": property.New(false)}),
	})
	require.NoError(t, err)
	subscription := func(table string, rest values) property.Map {
		inputs := values{
			"target": text("home"), "node": node.Properties.Get("name"), "database": text("shop"), "table": text(table),
		}
		for key, value := range rest {
			inputs[key] = value
		}
		return property.NewMap(inputs)
	}
	oneWay := values{"publish": property.New(false)}
	integration.LifeCycleTest{
		Resource: "harper:index:Subscription",
		Create: integration.Operation{Inputs: subscription("dog", oneWay), Hook: has(t, values{
			"instance": text(c.home.Address), "subscribe": property.New(true), "publish": property.New(false),
		})},
		Updates: []integration.Operation{
			{Inputs: subscription("dog", oneWay), Hook: never(t)},
			{Inputs: subscription("dog", nil), Hook: has(t, values{"publish": property.New(true)})},
			{Inputs: subscription("cat", nil), Hook: has(t, values{"table": text("cat")})},
			{Inputs: subscription("dgo", nil), CheckFailures: []p.CheckFailure{{
				Property: "table",
				Reason: `"dgo" is not a table of database "shop" on home. ` +
					"Create it first, or set requireTables: false",
			}}},
		},
	}.Run(t, server)
	require.Len(t, server.diffs, 3)
	assert.False(t, server.diffs[0].HasChanges)
	assert.Equal(t, map[string]p.DiffKind{"publish": p.Update}, kinds(server.diffs[1]))
	assert.Equal(t, map[string]p.DiffKind{"table": p.UpdateReplace}, kinds(server.diffs[2]))
}

func TestRouteLifeCycle(t *testing.T) {
	c := openCluster(t)
	server := startPlugin(t, c.settings())
	to := func(address values) property.Map {
		address["target"] = text("home")
		return property.NewMap(address)
	}
	integration.LifeCycleTest{
		Resource: "harper:index:Route",
		Create: integration.Operation{Inputs: to(values{"hostname": text("127.0.0.99")}), Hook: has(t, values{
			"instance": text(c.home.Address), "address": text("wss://127.0.0.99:9933"),
		})},
		Updates: []integration.Operation{
			{Inputs: to(values{"url": text("wss://127.0.0.99:9933")}), Hook: never(t)},
			{Inputs: to(values{"hostname": text("127.0.0.99"), "port": property.New(9934.0)}), Hook: has(t, values{
				"address": text("wss://127.0.0.99:9934"),
			})},
		},
	}.Run(t, server)
	require.Len(t, server.diffs, 2)
	assert.False(t, server.diffs[0].HasChanges)
	assert.Equal(t, map[string]p.DiffKind{"url": p.UpdateReplace}, kinds(server.diffs[1]))
	assert.Contains(t, server.warnings(), "Pending on home: it will dial wss://127.0.0.99:9933")
}
